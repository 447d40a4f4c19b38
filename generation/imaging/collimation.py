"""Where the X-ray field ends: uniform borders that collimators or shutters leave around the exposed area."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generation.imaging.box import Box
from generation.imaging.burned_in import shrink, shrinking

LOOKED_AT = 400  # pixels of the longer side
SPREAD = 10  # grey levels between the darkest and the brightest twentieth of a border line
LEVEL = 12  # grey levels between lines of one border
LEAST = 0.01  # part of the side that a border takes at least
MOST = 0.45


def exposed_area(grey: NDArray[np.uint8]) -> Box:
    """Return the box inside the uniform borders of ``grey``; the whole picture where there are none."""
    factor = shrinking(grey, LOOKED_AT)
    small = shrink(grey, factor)
    rows, columns = grey.shape
    top, bottom = borders(small)
    left, right = borders(small.T)
    return Box(left * factor, top * factor, columns - right * factor, rows - bottom * factor)


def borders(grey: NDArray[np.uint8]) -> tuple[int, int]:
    """Return how many rows at the top and at the bottom are border."""
    low, high = np.percentile(grey, [5, 95], axis=1)
    uniform = high - low <= SPREAD
    means = grey.mean(axis=1)
    found = []
    for lines in (slice(None), slice(None, None, -1)):
        alike = uniform[lines] & (np.abs(means[lines] - means[lines][0]) <= LEVEL)
        count = len(alike) if alike.all() else int(np.argmin(alike))
        found.append(count if LEAST * len(alike) <= count <= MOST * len(alike) else 0)
    return found[0], found[1]


def crop(grey: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Return the part of ``grey`` inside ``box``."""
    return grey[box.top : box.bottom, box.left : box.right]
