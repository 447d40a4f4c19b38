"""Median and quartiles, with the definition named: there are nine in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stats.ordinal.rounding import half_up

QUANTILE_TYPE = "type 7 of Hyndman and Fan (1996), the default of R, numpy and Excel"


@dataclass(frozen=True)
class Quartiles:
    """First quartile, median and third quartile of one set of scores."""

    q1: float
    median: float
    q3: float

    @property
    def iqr(self) -> float:
        """Interquartile range, one number: q3 - q1."""
        return self.q3 - self.q1

    def __str__(self) -> str:
        """Median (IQR), whole numbers without decimals: '2 (1)', '3.5 (1.25)'."""
        return f"{_short(self.median)} ({_short(self.iqr)})"


def _short(value: float) -> str:
    text = half_up(value, 2)
    return text.rstrip("0").rstrip(".")


def quartiles(scores: Sequence[int]) -> Quartiles | None:
    """Quartiles by linear interpolation at (n-1) p; None when there are no scores.

    >>> str(quartiles([1, 1, 2, 2, 4]))
    '2 (1)'
    """
    if not len(scores):
        return None
    q1, median, q3 = np.quantile(np.asarray(scores, dtype=float), [0.25, 0.5, 0.75], method="linear")
    return Quartiles(float(q1), float(median), float(q3))
