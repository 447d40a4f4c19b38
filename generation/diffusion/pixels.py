"""Between grey levels 0 to 255 and the [-1, 1] that networks see."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def from_grey(levels: Tensor) -> Tensor:
    """(B, H, W) uint8 to (B, 1, H, W) float32; 0 is -1 and 255 is 1."""
    return levels[:, None].float() / 127.5 - 1


def to_grey(images: Tensor) -> NDArray[np.uint8]:
    """(B, 1, H, W) to (B, H, W) uint8: rounded, and clipped outside of [-1, 1]."""
    levels = ((images[:, 0].float() + 1) * 127.5).round().clamp(0, 255)
    return levels.to(torch.uint8).cpu().numpy()
