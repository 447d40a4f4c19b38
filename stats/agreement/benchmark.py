"""A word for a coefficient, given its standard error.

A point estimate of .61 is not "substantial" if the truth may well be .50. Following Gwet (2014, chapter 6)
the probability of each level is cumulated from the top and the first level that is reached with more than
95 % is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from stats.agreement.distributions import normal_cdf

SCALES: dict[str, tuple[tuple[float, str], ...]] = {
    "landis-koch": (
        (0.8, "Almost perfect"),
        (0.6, "Substantial"),
        (0.4, "Moderate"),
        (0.2, "Fair"),
        (0.0, "Slight"),
        (-1.0, "Poor"),
    ),
    "altman": ((0.8, "Very good"), (0.6, "Good"), (0.4, "Moderate"), (0.2, "Fair"), (-1.0, "Poor")),
    "fleiss": ((0.75, "Excellent"), (0.4, "Intermediate to good"), (-1.0, "Poor")),
}


@dataclass(frozen=True)
class Benchmark:
    """The level reached, and for each level from the top the probability of that level or a better one."""

    level: str
    cumulative: tuple[tuple[str, float], ...]
    required: float


def benchmark(
    estimate: float,
    se: float,
    *,
    scale: str | Sequence[tuple[float, str]] = "landis-koch",
    required: float = 0.95,
) -> Benchmark:
    """First level, from the top, whose cumulative probability exceeds ``required``.

    ``scale`` is a name in ``SCALES``, or levels of one's own as (floor, word) from the top down to -1.

    P(a <= kappa <= b) = [Phi((k-a)/se) - Phi((k-b)/se)] / [Phi((k+1)/se) - Phi((k-1)/se)].

    >>> benchmark(0.6131, 0.0709).level   # above .6, yet only "Moderate" is 95 % sure
    'Moderate'
    >>> benchmark(0.6131, 0.0709, scale=[(0.4, "enough"), (-1, "not enough")]).level
    'enough'

    Raises ValueError for an unknown scale, and for levels that do not descend to -1.
    """
    levels = _levels(scale)
    if se <= 0:
        level = next((word for floor, word in levels if estimate > floor), levels[-1][1])
        reached = {word: float(estimate > floor or floor == -1.0) for floor, word in levels}
        return Benchmark(level, tuple(reached.items()), required)

    def above(bound: float) -> float:
        return normal_cdf((estimate - bound) / se)

    within = above(-1.0) - above(1.0)
    cumulative = tuple((word, (above(floor) - above(1.0)) / within) for floor, word in levels)
    level = next((word for word, reached in cumulative if reached > required), levels[-1][1])
    return Benchmark(level, cumulative, required)


def _levels(scale: str | Sequence[tuple[float, str]]) -> Sequence[tuple[float, str]]:
    if isinstance(scale, str):
        if scale not in SCALES:
            raise ValueError(f"Unknown benchmark scale {scale!r}; choose one of {', '.join(SCALES)}.")
        return SCALES[scale]
    floors = [floor for floor, _ in scale]
    if not floors or floors[-1] != -1 or any(high <= low for high, low in pairwise(floors)):
        raise ValueError(f"Levels need floors that descend from below 1 to -1, not {floors}.")
    return scale
