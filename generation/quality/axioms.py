"""What a counterfactual must keep, as numbers (Monteiro et al. 2023, arXiv:2303.01274; Melistas et al. 2024,
arXiv:2406.07431). All images (n, H, W) uint8; differences in grey levels, 0 to 255.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Array = NDArray[np.float64]


def difference(first: Images, second: Images) -> Array:
    """Mean absolute difference of each pair of images, (n,).

    Composition: an image and what asking for no change gives. Reversibility: an image and what going to
    the other group and back gives. Both are 0 for a perfect counterfactual.
    """
    return np.abs(first.astype(np.float64) - second).mean(axis=(1, 2))


def minimality(first: Images, second: Images) -> float:
    """The change from ``first`` to ``second``, as a share of that from one person to another.

    0: nothing changes; 1: the counterfactual is like a new person. People are paired with all the others.
    """
    if len(first) < 2:
        raise ValueError("One image cannot be compared with other people.")
    others = [difference(first, np.roll(second, turn, axis=0)).mean() for turn in range(1, len(first))]
    return float(difference(first, second).mean() / np.mean(others))


@dataclass(frozen=True)
class Smoothness:
    """``largest``: greatest change of a pixel from frame to frame. ``unevenness``: greatest over mean step.

    ``detour``: length of the way over the distance between its ends, 1 for frames that fade straight;
    flicker makes it large.
    """

    largest: float
    unevenness: float
    detour: float


def smoothness(frames: Images) -> Smoothness:
    """How evenly a video (n, H, W) goes from its first frame to its last; steps are root mean squares."""
    if len(frames) < 2:
        raise ValueError("One frame is no video.")
    levels = frames.astype(np.float64)
    steps = np.diff(levels, axis=0)
    lengths = np.sqrt(np.mean(steps**2, axis=(1, 2)))
    ends = float(np.sqrt(np.mean((levels[-1] - levels[0]) ** 2)))
    return Smoothness(
        largest=float(np.abs(steps).max()),
        unevenness=float(lengths.max() / lengths.mean()) if lengths.any() else 1.0,
        detour=float(lengths.sum() / ends) if ends else float("inf") if lengths.any() else 1.0,
    )
