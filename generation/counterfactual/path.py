"""From the embedding of one value to that of another, by λ."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from generation.diffusion.sampling import Embed


def between(start: Tensor, end: Tensor, way: Tensor, kind: Literal["linear", "spherical"]) -> Tensor:
    """Embeddings (B, E) at λ = ``way`` (B,) from ``start`` to ``end`` (E,); exactly these at 0 and 1.

    Spherical: along the arc (Shoemake 1985), for embeddings whose length means something; vectors that
    nearly point the same way are interpolated linearly, which is the limit.
    """
    share = way[:, None]
    straight = torch.lerp(start, end, share)
    if kind == "linear":
        return straight
    angle = torch.acos(torch.cosine_similarity(start, end, dim=0).clamp(-1, 1))
    if float(angle.sin()) < 1e-3:
        return straight
    arc = ((1 - share) * angle).sin() * start + (share * angle).sin() * end
    arc = arc / angle.sin()
    ends = (share == 0) | (share == 1)
    return torch.where(ends, straight, arc)


def along(ends: Embed, way: Tensor, kind: Literal["linear", "spherical"]) -> Embed:
    """The embeddings of frames at ``way``, from those of a video's first and last conditions."""

    def embed(left_open: frozenset[str]) -> Tensor:
        start, end = ends(left_open)
        return between(start, end, way, kind)

    return embed
