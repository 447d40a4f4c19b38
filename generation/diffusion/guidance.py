"""Classifier-free guidance, with its two conventions kept apart by name.

"from null":       null + s (cond - null)      s = 1 is the conditional model itself
"from condition":  cond + w (cond - null)      w = 0 is; Ho and Salimans 2022 (arXiv:2207.12598), equation 6

A scale of 4 in the second is a scale of 5 in the first, so a number without its convention means nothing.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor

Convention = Literal["from null", "from condition"]


def combine(conditional: Tensor, null: Tensor, scale: float, convention: Convention) -> Tensor:
    """The guided output of a network, from its outputs with and without the conditions."""
    start = null if convention == "from null" else conditional
    return start + scale * (conditional - null)


def needs_null(scale: float, convention: Convention) -> bool:
    """Whether the null output takes part at all; without it each step costs half."""
    return scale != (1.0 if convention == "from null" else 0.0)


def rescale(guided: Tensor, conditional: Tensor, strength: float) -> Tensor:
    """Bring back the contrast that guidance adds (Lin et al. 2023, arXiv:2305.08891, section 3.4).

    Standard deviations are taken over each image by itself, so that a frame does not depend on the frames
    that are rendered with it.
    """
    dims = tuple(range(1, guided.ndim))
    matched = guided * (conditional.std(dim=dims, keepdim=True) / guided.std(dim=dims, keepdim=True))
    return strength * matched + (1 - strength) * guided
