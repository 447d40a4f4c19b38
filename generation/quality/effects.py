"""How much a model changes an attribute from one group to the other, against how much it should.

The effect ratio is the change that is read off a model's pairs (one noise, both groups), over the change that
the same probe reads off true pairs: 1 is right, 0 no effect, 2 twice too much. Guidance pushes it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.quality.resampling import Interval

Array = NDArray[np.float64]
Z = 1.96  # two-sided 95 % of the normal distribution


@dataclass(frozen=True)
class Change:
    """A mean change of a reading, and the variance of that mean."""

    mean: float
    variance: float

    @property
    def error(self) -> float:
        """Standard error."""
        return float(np.sqrt(self.variance))

    @property
    def interval(self) -> Interval:
        """With the 95 % interval of the normal distribution."""
        reach = Z * self.error
        return Interval(self.mean, self.mean - reach, self.mean + reach)


def paired(first: Array, second: Array) -> Change:
    """From ``first`` to ``second`` (n,), the same people in both: pairs of a model, or true counterparts."""
    changes = np.asarray(second) - first
    return Change(float(changes.mean()), float(changes.var(ddof=1) / len(changes)))


def between(first: Array, second: Array) -> Change:
    """From one group of people (n,) to another (m,), as observed: with all that confounds them."""
    variance = np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second)
    return Change(float(np.mean(second) - np.mean(first)), float(variance))


def ratio(drawn: Change, true: Change) -> Interval:
    """``drawn`` over ``true``, with Fieller's 95 % interval (Fieller 1954).

    The interval is open (infinite) where the true change cannot be told from none: no ratio is known then.
    """
    value, uncertain = drawn.mean / true.mean, Z**2 * true.variance / true.mean**2
    if uncertain >= 1:
        return Interval(value, -np.inf, np.inf)
    middle = value / (1 - uncertain)
    spread = drawn.variance * (1 - uncertain) + value**2 * true.variance
    reach = Z / abs(true.mean) * float(np.sqrt(spread)) / (1 - uncertain)
    return Interval(value, middle - reach, middle + reach)


def calibrated(scales: Array, ratios: Array) -> float | None:
    """The guidance at which the effect ratio is 1, linear between the measured scales; None: nowhere."""
    order = np.argsort(scales)
    scales, ratios = np.asarray(scales)[order], np.asarray(ratios)[order]
    for left in range(len(scales) - 1):
        low, high = ratios[left], ratios[left + 1]
        if min(low, high) <= 1 <= max(low, high) and low != high:
            part = (1 - low) / (high - low)
            return float(scales[left] + part * (scales[left + 1] - scales[left]))
    return None


def best_scale(ratios: Mapping[float, Mapping[str, float]]) -> float:
    """The measured guidance whose effect ratios lie nearest to 1 (mean squared distance over attributes)."""
    return min(ratios, key=lambda scale: float(np.mean([(r - 1) ** 2 for r in ratios[scale].values()])))
