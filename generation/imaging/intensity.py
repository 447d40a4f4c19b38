"""From stored values to grey levels 0 (black) to 255 (white): the one documented intensity mapping.

Every mapping is pointwise, so it is computed once for each value that can occur (at most 65,536) and then
looked up: the cost of a large image is one histogram and one look-up. Fractions: 0 is black, 1 is white.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Fractions = NDArray[np.float64]

LOW_SHARE, HIGH_SHARE = 0.005, 0.995


def to_grey(fractions: Fractions) -> NDArray[np.uint8]:
    """Clip fractions to 0…1 and round them to the 256 grey levels."""
    return np.floor(np.clip(fractions, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def map_values(
    stored: NDArray[np.integer], levels: Callable[[NDArray[np.int64]], NDArray[np.uint8]]
) -> NDArray[np.uint8]:
    """Return the grey image of ``stored`` (any shape), with ``levels`` evaluated once for each value."""
    low, high = value_range(stored)
    # Turned so that a negative value finds its level from the end: pixels are indices as they are
    return np.roll(levels(np.arange(low, high + 1)), low)[stored]


def value_range(stored: NDArray[np.integer]) -> tuple[int, int]:
    """Return the smallest and the largest value, widened to reach 0."""
    return min(int(stored.min()), 0), max(int(stored.max()), 0)


def value_counts(stored: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return how often each value of ``value_range`` occurs, in ``map_values``' order."""
    low, high = value_range(stored)
    # int64 keeps the difference of two int16 from wrapping
    return np.bincount((stored - np.int64(low) if low else stored).ravel(), minlength=high - low + 1)


def full_range(values: NDArray[np.number], bits: int) -> Fractions:
    """Map 0 … 2^bits − 1 to fractions. 8-bit values come out of ``to_grey`` unchanged."""
    return values.astype(np.float64) / (2**bits - 1)


def percentile_range(values: NDArray[np.number], counts: NDArray[np.int64]) -> Fractions:
    """Map the 0.5th to the 99.5th percentile (nearest rank) of values that occur ``counts`` times to 0…1.

    An image of a single value has no contrast to map: it comes out black.
    """
    order = np.argsort(values, kind="stable")
    ordered, cumulative = values[order], np.cumsum(counts[order])
    total = int(cumulative[-1])
    ranks = np.ceil(np.array([LOW_SHARE, HIGH_SHARE]) * total).clip(1, max(total, 1))
    low, high = ordered[np.searchsorted(cumulative, ranks).clip(0, len(ordered) - 1)].astype(np.float64)
    if high <= low:
        # An image whose middle 99 % is one value: its few other values are all that it shows.
        occurring = ordered[counts[order] > 0].astype(np.float64)
        low, high = (occurring[0], occurring[-1]) if occurring.size else (0.0, 0.0)
    return (values - low) / (high - low) if high > low else np.zeros(values.shape)


def window(values: NDArray[np.number], *, center: float, width: float, function: str = "LINEAR") -> Fractions:
    """Apply a VOI window (DICOM PS3.3 C.11.2.1.2.1 LINEAR, C.11.2.1.3 SIGMOID and LINEAR_EXACT).

    Raises ValueError for a width that the standard forbids: below 1 for LINEAR, not above 0 for the others.
    """
    if not (np.isfinite(center) and np.isfinite(width)) or width <= 0 or (function == "LINEAR" and width < 1):
        raise ValueError("window width out of range")
    x = values.astype(np.float64)
    if function == "SIGMOID":
        return 1.0 / (1.0 + np.exp(np.clip(-4.0 * (x - center) / width, -700.0, 700.0)))
    if function == "LINEAR_EXACT":
        return np.clip((x - center) / width + 0.5, 0.0, 1.0)
    if width == 1:
        return (x > center - 0.5).astype(np.float64)
    return np.clip((x - (center - 0.5)) / (width - 1.0) + 0.5, 0.0, 1.0)


def lookup(values: NDArray[np.number], *, first: int, table: NDArray[np.integer]) -> NDArray[np.integer]:
    """Look ``values`` up in a DICOM table whose entry 0 stands for ``first`` (PS3.3 C.11.1.1, C.11.2.1.1).

    Values below the table take its first entry, values above its last.
    """
    return table[np.clip(np.rint(values) - first, 0, len(table) - 1).astype(np.int64)]


def luma(colour: NDArray[np.integer]) -> NDArray[np.integer]:
    """Turn red, green, blue (rows × columns × 3) into luma, ITU-R BT.601; equal channels keep their value."""
    weighted = colour[..., :3].astype(np.int32) @ np.array([299, 587, 114], dtype=np.int32)
    return (weighted + 500) // 1000
