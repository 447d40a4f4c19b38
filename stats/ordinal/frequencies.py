"""How often each category was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stats.ordinal.rounding import largest_remainder


@dataclass(frozen=True)
class Frequencies:
    """Counts of each category 1..q and whole percentages that total 100 (all 0 without ratings)."""

    counts: tuple[int, ...]
    percent: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def frequencies(scores: Sequence[int], *, categories: int = 5) -> Frequencies:
    """Counts and percentages of scores 1..``categories``, also of those nobody chose.

    >>> frequencies([1, 1, 2], categories=3)
    Frequencies(counts=(2, 1, 0), percent=(67, 33, 0))

    Raises ValueError for a score off the scale.
    """
    counts = [0] * categories
    for score in scores:
        if not 1 <= score <= categories:
            raise ValueError(f"Score {score} is not on the scale 1 to {categories}.")
        counts[score - 1] += 1
    return Frequencies(tuple(counts), tuple(largest_remainder(counts)))
