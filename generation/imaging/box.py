"""A place in a picture; apart from the search for text, which needs scipy, for those who only name places."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the picture; ``right`` and ``bottom`` lie outside."""

    left: int
    top: int
    right: int
    bottom: int
