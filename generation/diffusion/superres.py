"""The super-resolution stage's other input: the small image, enlarged, as an extra channel.

Training makes it from the large image, by one of several ways of shrinking (none of them is the base
stage's own), and disturbs it with noise whose level the stage is told (conditioning augmentation, Ho et al.
2022, arXiv:2106.15282, section 4.1): what it gets in rendering is never as clean as a real small image.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from generation.diffusion.schema import Conditions, Number, Schema

LEVEL = "small_noise"
BLUR = 0.6  # greatest standard deviation, in pixels of the small image
SHRINKING: tuple[Literal["area", "bilinear", "bicubic"], ...] = ("area", "bilinear", "bicubic")


def schema(strongest: float) -> Schema:
    """A stage's only attribute: the deviation of the noise on its small image, 0 to ``strongest``."""
    return Schema((Number(LEVEL, strongest / 2, strongest / 4, 0.0, strongest),))


def codes(known: Schema, levels: Tensor) -> Tensor:
    """Codes (B, attributes) of noise ``levels`` (B,); (B, 0) for a stage that is told nothing."""
    columns = [
        (levels - number.mean) / number.deviation for number in known.attributes if isinstance(number, Number)
    ]
    return torch.stack(columns, dim=1) if columns else levels.new_empty(len(levels), 0)


def told(known: Schema, level: float = 0.0) -> Conditions:
    """The conditions under which a stage enlarges an image with noise of ``level``; rendering adds none."""
    return {LEVEL: level} if known.attributes else {}


def enlarge(small: Tensor, factor: int) -> Tensor:
    """(B, 1, h, w) to (B, 1, factor h, factor w), bilinear."""
    return functional.interpolate(small, scale_factor=factor, mode="bilinear", align_corners=False)


def degrade(image: Tensor, factor: int, strongest: float) -> tuple[Tensor, Tensor]:
    """What the stage sees of ``image`` (B, 1, H, W) in training, and the levels (B,) of its noise.

    Every image is shrunk in its own way, blurred by 0 to BLUR small pixels, and gets noise of a standard
    deviation drawn from 0 to ``strongest`` (in units of [-1, 1]).
    """
    small = torch.cat([_shrink(one[None], factor) for one in image])
    levels = strongest * torch.rand(len(image))
    small = small + levels[:, None, None, None] * torch.randn(small.shape)
    return enlarge(small, factor), levels


def crop(images: Tensor, size: int, factor: int) -> Tensor:
    """The same random ``size`` × ``size`` window of all images (B, 1, H, W), on the grid of small pixels."""
    rows, columns = ((length - size) // factor for length in images.shape[-2:])
    top, left = (factor * int(torch.randint(room + 1, ())) for room in (rows, columns))
    return images[..., top : top + size, left : left + size]


def _shrink(image: Tensor, factor: int) -> Tensor:
    how = SHRINKING[int(torch.randint(len(SHRINKING), ()))]
    size = [length // factor for length in image.shape[-2:]]
    if how == "area":
        small = functional.interpolate(image, size=size, mode="area")
    else:
        small = functional.interpolate(image, size=size, mode=how, antialias=True, align_corners=False)
    return _blur(small, BLUR * float(torch.rand(())))


def _blur(image: Tensor, deviation: float) -> Tensor:
    """A Gaussian of up to BLUR pixels; beyond two pixels it is below a thousandth."""
    places = torch.arange(-2.0, 3.0)
    weights = torch.exp(-0.5 * (places / max(deviation, 1e-3)) ** 2)
    weights = weights / weights.sum()
    padded = functional.pad(image, (2, 2, 2, 2), mode="replicate")
    return functional.conv2d(
        functional.conv2d(padded, weights[None, None, None]), weights[None, None, :, None]
    )
