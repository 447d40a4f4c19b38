"""Embeddings of attributes: each attribute has its own table or small net, and its own learned null.

Separate nulls let one attribute be left open, guided or interpolated while the others stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from generation.diffusion.schema import Category, Conditions, Schema


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


def drop(codes: Tensor, *, joint: float, single: float) -> Tensor:
    """Classifier-free dropout: each row loses all its codes with probability ``joint``, and each code is
    lost by itself with probability ``single`` (Ho and Salimans 2022, arXiv:2207.12598, algorithm 1).
    """
    lost = torch.rand(len(codes), 1) < joint
    lost = lost | (torch.rand(codes.shape) < single)
    return codes.masked_fill(lost.to(codes.device), torch.nan)
