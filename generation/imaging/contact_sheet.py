"""A video on one sheet: evenly spaced frames, and what changed from the first to the last."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from generation.imaging.canonical import area_average

Grey = NDArray[np.uint8]
COLUMNS, ROWS = 6, 2
SIDE = 256


def chosen_frames(n_frames: int) -> list[int]:
    """Which frames are on the sheet, from the first to the last, evenly spaced; short videos repeat some."""
    return [round(place * (n_frames - 1) / (COLUMNS * ROWS - 1)) for place in range(COLUMNS * ROWS)]


def contact_sheet(frame: Callable[[int], Grey], n_frames: int) -> Grey:
    """The sheet as grey levels: rows of frames no wider than ``SIDE`` pixels, below them the change.

    ``frame`` gives frame i as (H, W). In the last row mid grey is unchanged, and the greatest change of the
    video from its first to its last frame is black or white.
    """
    first, last = frame(0), frame(n_frames - 1)
    shown = [thumbnail(frame(index)) for index in chosen_frames(n_frames)]
    change = last.astype(np.int16) - first
    scaled = 127.5 + 127.5 * change / max(1, int(np.abs(change).max()))
    rows = [np.hstack(shown[start : start + COLUMNS]) for start in range(0, len(shown), COLUMNS)]
    bottom = thumbnail(scaled.round().astype(np.uint8))
    empty = np.full((bottom.shape[0], rows[0].shape[1] - bottom.shape[1]), 255, np.uint8)
    return np.vstack([*rows, np.hstack([bottom, empty])])


def thumbnail(grey: Grey, side: int = SIDE) -> Grey:
    """A picture whose longer side has at most ``side`` pixels, by area averaging; a smaller one as it is."""
    rows, columns = grey.shape
    factor = side / max(rows, columns)
    if factor >= 1:
        return grey
    return area_average(grey, rows=max(1, round(rows * factor)), columns=max(1, round(columns * factor)))
