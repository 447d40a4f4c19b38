"""How certain a number is, and what it would be with endlessly many images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
Distance = Callable[[Array, Array], float]
SIZES = (0.4, 0.55, 0.7, 0.85, 1.0)  # of the images, for the extrapolation


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % confidence interval."""

    value: float
    low: float
    high: float


def bootstrap(
    statistic: Callable[[Array], float], rows: Array, *, seed: int = 0, repeats: int = 2000
) -> Interval:
    """The basic bootstrap interval of a statistic of independent rows (Davison and Hinkley 1997, 5.2).

    For means, ratios and slopes. Not for distances between sets: rows that are drawn twice are each other's
    neighbours and lower the rank, so a resample lies farther away than any new sample would.
    """
    rng = np.random.default_rng(seed)
    value = statistic(rows)
    again = [statistic(rows[rng.integers(len(rows), size=len(rows))]) for _ in range(repeats)]
    low, high = np.quantile(again, [0.025, 0.975])
    return Interval(float(value), float(2 * value - high), float(2 * value - low))


def jackknife(
    distance: Distance, first: Array, second: Array, *, groups: int = 10, seed: int = 0
) -> Interval:
    """Interval of a distance between two sets of rows, leaving out one group of rows after the other.

    The variances of both sides add up (Arvesen 1969); t quantiles with the groups of one side less one.
    """
    groups = min(groups, len(first) // 2, len(second) // 2)
    value = distance(first, second)
    folds = [_folds(len(rows), groups, seed + side) for side, rows in enumerate((first, second))]
    left = (
        [distance(np.delete(first, fold, axis=0), second) for fold in folds[0]],
        [distance(first, np.delete(second, fold, axis=0)) for fold in folds[1]],
    )
    error = np.sqrt(sum((groups - 1) * np.var(values) for values in left))
    reach = float(stats.t.ppf(0.975, groups - 1) * error)
    return Interval(value, value - reach, value + reach)


def _folds(n: int, groups: int, seed: int) -> list[NDArray[np.int64]]:
    return np.array_split(np.random.default_rng(seed).permutation(n), groups)


def at_infinity(distance: Distance, *, sizes: Sequence[float] = SIZES, seed: int = 0) -> Distance:
    """``distance`` without the part that only small samples cause: its value where 1/n is 0.

    Both sets are cut to the same shares of their images; the distances lie on a line over 1/share, whose
    end is extrapolated (Chong and Forsyth 2020, arXiv:1911.07023, section 3.2, who cut one set alone).
    """

    def extrapolated(first: Array, second: Array) -> float:
        orders = [
            np.random.default_rng([seed, side]).permutation(len(rows))
            for side, rows in enumerate((first, second))
        ]
        found = []
        for size in sizes:
            parts = [
                rows[order[: max(2, round(size * len(rows)))]]
                for rows, order in zip((first, second), orders, strict=True)
            ]
            found.append(distance(*parts))
        return float(np.polyfit(1 / np.asarray(sizes), found, 1)[1])

    return extrapolated
