"""The super-resolution stage's other input: the small image, enlarged, as an extra channel.

Training makes it from the large image by area averaging and disturbs it with a little noise
(conditioning augmentation, Ho et al. 2022, arXiv:2106.15282, section 4.1), because in rendering it comes
from the base stage, which is never as clean as a real small image.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def enlarge(small: Tensor, factor: int) -> Tensor:
    """(B, 1, h, w) to (B, 1, factor h, factor w), bilinear."""
    return functional.interpolate(small, scale_factor=factor, mode="bilinear", align_corners=False)


def degrade(image: Tensor, factor: int, noise: float) -> Tensor:
    """What the stage sees of ``image`` (B, 1, H, W) in training; noise up to ``noise``."""
    small = functional.avg_pool2d(image, factor)
    strength = noise * torch.rand(len(image), 1, 1, 1)
    return enlarge(small + strength * torch.randn(small.shape), factor)


def crop(images: Tensor, size: int, factor: int) -> Tensor:
    """The same random ``size`` × ``size`` window of all images (B, 1, H, W), on the grid of small pixels."""
    rows, columns = ((length - size) // factor for length in images.shape[-2:])
    top, left = (factor * int(torch.randint(room + 1, ())) for room in (rows, columns))
    return images[..., top : top + size, left : left + size]
