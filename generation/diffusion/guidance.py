"""Classifier-free guidance: of all conditions at once or attribute by attribute, in two named conventions.

"from null":       null + s (cond - null)      s = 1 is the conditional model itself
"from condition":  cond + w (cond - null)      w = 0 is; Ho and Salimans 2022 (arXiv:2207.12598), equation 6

A scale of 4 in the second is a scale of 5 in the first, so a number without its convention means nothing.

Per attribute k, with its own w_k = s_k - 1, every attribute is contrasted with the model that knows all
but this one:  cond + sum over k of w_k (cond - cond without k).  Where attributes act independently this
is the factored guidance of Xia et al. 2025 (arXiv:2506.14399); where they do not, it still is the
conditional model itself at neutral scales, which a sum over single attributes is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from torch import Tensor

Convention = Literal["from null", "from condition"]


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """How the network's outputs under different conditions are combined; the default is the model itself.

    ``scale`` guides all attributes together, ``attributes`` (name to scale) single ones; not both at once.
    ``interval`` (first, last timestep) limits guidance to these noise levels (Kynkäänniemi et al. 2024,
    arXiv:2404.07724): that is another model, not a faster way to the same pictures. ``rescale`` in [0, 1]
    brings back contrast (see ``rescale`` below), by each image or, as Mediffusion does, by the whole batch.
    """

    scale: float | None = None
    attributes: Mapping[str, float] = field(default_factory=dict)
    convention: Convention = "from null"
    interval: tuple[int, int] | None = None
    rescale: float = 0.0
    rescale_over: Literal["image", "batch"] = "image"

    def __post_init__(self) -> None:
        if self.attributes and self.scale is not None and self.scale != self.neutral:
            raise ValueError("Guide either all attributes by one scale or single attributes, not both.")
        if not 0 <= self.rescale <= 1:
            raise ValueError(f"The strength of rescaling is from 0 to 1, not {self.rescale:g}.")
        if self.interval is not None and self.interval[0] > self.interval[1]:
            raise ValueError("The interval of guidance ends before it begins.")

    @property
    def neutral(self) -> float:
        """The scale at which guidance does nothing."""
        return 1.0 if self.convention == "from null" else 0.0

    def passes(self, known: Sequence[str], t: int | None = None) -> list[tuple[frozenset[str], float]]:
        """What is to be evaluated and added up: (attributes that are left open, weight); weights sum to 1.

        The first is the conditional model itself. ``known`` are the model's attributes; at a timestep ``t``
        outside of the interval, nothing else is needed. Raises ValueError for attributes unknown.
        """
        if unknown := set(self.attributes) - set(known):
            raise ValueError(f"The model has no attribute {', '.join(sorted(unknown))} to guide.")
        if t is not None and self.interval is not None and not self.interval[0] <= t <= self.interval[1]:
            return [(frozenset(), 1.0)]
        extra = {frozenset({name}): scale - self.neutral for name, scale in self.attributes.items()}
        if not self.attributes and self.scale is not None:
            extra = {frozenset(known): self.scale - self.neutral}
        extra = {left_open: weight for left_open, weight in extra.items() if weight}
        return [(frozenset(), 1.0 + sum(extra.values())), *((key, -weight) for key, weight in extra.items())]


def combine(outputs: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
    """The guided output of a network, from its outputs (B, C, H, W) in the order of ``Guidance.passes``."""
    conditional = outputs[0]
    guided = conditional
    for output, weight in zip(outputs[1:], weights[1:], strict=True):
        guided = guided - weight * (conditional - output)
    return guided


def rescale(
    guided: Tensor, conditional: Tensor, strength: float, over: Literal["image", "batch"] = "image"
) -> Tensor:
    """Bring back the contrast that guidance adds (Lin et al. 2023, arXiv:2305.08891, section 3.4).

    Standard deviations are taken over each image by itself, so that a frame does not depend on the frames
    that are rendered with it; "batch" takes them over all images and channels, as Mediffusion does.
    """
    dims = tuple(range(1 if over == "image" else 0, guided.ndim))
    matched = guided * (conditional.std(dim=dims, keepdim=True) / guided.std(dim=dims, keepdim=True))
    return strength * matched + (1 - strength) * guided
