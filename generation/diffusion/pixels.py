"""Between grey levels 0 to 255 and the [-1, 1] that networks see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


def from_grey(levels: Tensor) -> Tensor:
    """(B, H, W) uint8 to (B, 1, H, W) float32; 0 is -1 and 255 is 1."""
    return levels[:, None].float() / 127.5 - 1


def to_levels(images: Tensor) -> NDArray[np.float32]:
    """(B, 1, H, W) to (B, H, W) grey levels 0-255 that are not yet rounded; clipped outside of [-1, 1]."""
    return ((images[:, 0].float() + 1) * 127.5).clamp(0, 255).cpu().numpy()


def to_grey(images: Tensor) -> NDArray[np.uint8]:
    """(B, 1, H, W) to (B, H, W) uint8, rounded."""
    return to_levels(images).round().astype(np.uint8)
