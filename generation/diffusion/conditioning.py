"""Embeddings of attributes: each attribute has its own table or small net, and its own learned null.

Separate nulls let one attribute be left open, guided or interpolated while the others stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.diffusion.schema import Category, ConditionError, Conditions, Schema


def encode(schema: Schema, rows: Sequence[Conditions]) -> Tensor:
    """Codes (B, attributes) of rows of conditions; NaN is the null of an attribute."""
    codes = [schema.encode(row) for row in rows]
    return torch.tensor(codes, dtype=torch.float32).reshape(len(rows), len(schema.attributes))


class Conditioner(nn.Module):
    """Codes (B, attributes) to one embedding (B, E): the sum over the attributes' own embeddings."""

    def __init__(self, schema: Schema, embedding_size: int) -> None:
        super().__init__()
        self.embedding_size = embedding_size
        self.embeddings = nn.ModuleList(
            nn.Embedding(len(attribute.values), embedding_size)
            if isinstance(attribute, Category)
            else nn.Sequential(
                nn.Linear(1, embedding_size), nn.SiLU(), nn.Linear(embedding_size, embedding_size)
            )
            for attribute in schema.attributes
        )
        self.nulls = nn.Parameter(0.02 * torch.randn(len(schema.attributes), embedding_size))

    def attributes(self, codes: Tensor) -> Tensor:
        """The embedding of each attribute, (B, attributes, E)."""
        if not self.embeddings:
            return codes.new_zeros(len(codes), 0, self.embedding_size)
        parts = []
        for column, (embedding, null) in enumerate(zip(self.embeddings, self.nulls, strict=True)):
            known = codes[:, column].nan_to_num()
            part = (
                embedding(known.long()) if isinstance(embedding, nn.Embedding) else embedding(known[:, None])
            )
            parts.append(torch.where(codes[:, column, None].isnan(), null.to(part.dtype), part))
        return torch.stack(parts, dim=1)

    def forward(self, codes: Tensor) -> Tensor:
        return self.attributes(codes).sum(dim=1)


class JointConditioner(nn.Module):
    """Codes (B, attributes) to one embedding (B, E) through one net: what Mediffusion trains.

    Its input is a vector with one entry for each number and one for each value of a category (1 for the
    value that holds, else 0). All attributes share one null, for rows without any code. A single absent
    code is replaced by ``missing``, if the model was trained with absent values.
    """

    missing: Tensor

    def __init__(self, schema: Schema, embedding_size: int) -> None:
        super().__init__()
        self.widths = [len(a.values) if isinstance(a, Category) else 1 for a in schema.attributes]
        self.embedding = nn.Sequential(
            nn.Linear(sum(self.widths), embedding_size),
            nn.SiLU(),
            nn.Linear(embedding_size, embedding_size),
        )
        self.null = nn.Parameter(torch.randn(1, embedding_size))
        self.register_buffer("missing", torch.full((1,), torch.nan))

    def forward(self, codes: Tensor) -> Tensor:
        """Raises ConditionError for a row with some codes, when the model never saw one absent."""
        absent = codes.isnan()
        dropped = absent.all(dim=1, keepdim=True)
        if bool((absent & ~dropped).any() & self.missing.isnan().any()):
            raise ConditionError("This model was trained with whole rows only: give all conditions, or none.")
        return torch.where(dropped, self.null, self.embedding(self._vector(codes)))

    def _vector(self, codes: Tensor) -> Tensor:
        parts = []
        for code, width in zip(codes.unbind(dim=1), self.widths, strict=True):
            known = code.nan_to_num()[:, None]
            part = known if width == 1 else functional.one_hot(known[:, 0].long(), width).to(codes)
            parts.append(torch.where(code[:, None].isnan(), self.missing.nan_to_num(), part))
        return torch.cat(parts, dim=1)


def drop(codes: Tensor, *, joint: float, single: float) -> Tensor:
    """Classifier-free dropout: each row loses all its codes with probability ``joint``, and each code is
    lost by itself with probability ``single`` (Ho and Salimans 2022, arXiv:2207.12598, algorithm 1).
    """
    lost = torch.rand(len(codes), 1) < joint
    lost = lost | (torch.rand(codes.shape) < single)
    return codes.masked_fill(lost.to(codes.device), torch.nan)
