"""Direction as shown: which frame of a video is at which position on the reader's screen."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """A video is always rendered A to B; BA shows the same frames in reverse order."""

    AB = "AB"
    BA = "BA"


def frame_index(position: int, *, direction: str, n_frames: int) -> int:
    """Index in the rendered video (0 = group A) of the frame shown at `position`; it is its own inverse.

    `IndexError` unless 0 <= position < n_frames.
    """
    if not 0 <= position < n_frames:
        raise IndexError(f"frame position {position} outside 0..{n_frames - 1}")
    return position if Direction(direction) is Direction.AB else n_frames - 1 - position
