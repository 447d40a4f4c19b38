"""p values of several criteria, adjusted because several were tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

METHODS = {
    "holm": "Holm: chance of any false finding among the criteria",
    "bh": "Benjamini-Hochberg: expected share of false findings among those made",
}


@dataclass(frozen=True)
class AdjustedP:
    """A criterion's p before and after adjustment; both None where there was no test to count."""

    name: str
    p: float | None
    adjusted: float | None


def adjust(p_values: Mapping[str, float | None], *, method: str = "holm") -> tuple[AdjustedP, ...]:
    """Adjusted p values under the names and in the order in which they were given.

    With m tests and p_(1) <= ... <= p_(m):
    Holm (1979 Scand J Stat 6:65)                 p~_(i) = max_(j<=i) min(1, (m-j+1) p_(j));
    Benjamini-Hochberg (1995 JRSS B 57:289)       p~_(i) = min_(j>=i) min(1, m p_(j) / j).

    A criterion without a test (None) stays, and does not count in m. Holm is for confirmatory findings and
    holds under any dependence; Benjamini-Hochberg is for exploration, and holds for independent or positively
    dependent tests. Not to be used on a few p values picked from many: all that were looked at must go in.

    >>> [round(p.adjusted, 3) for p in adjust({"a": 0.01, "b": 0.04, "c": 0.03})]
    [0.03, 0.06, 0.06]
    >>> [p.adjusted for p in adjust({"a": 0.01, "b": 0.04, "c": None}, method="bh")]
    [0.02, 0.04, None]

    Raises ValueError for an unknown method and for a p outside [0, 1].
    """
    if method not in METHODS:
        raise ValueError(f"Unknown adjustment {method!r}; choose one of {', '.join(METHODS)}.")
    for name, p in p_values.items():
        if p is not None and not 0 <= p <= 1:
            raise ValueError(f"The p value of {name!r} is {p}, outside 0 to 1.")
    tested = [name for name, p in p_values.items() if p is not None]
    p_sorted = np.sort([p for p in p_values.values() if p is not None])
    m, rank = len(tested), np.arange(1, len(tested) + 1)
    if method == "holm":
        steps = np.maximum.accumulate((m - rank + 1) * p_sorted)
    else:
        steps = np.minimum.accumulate((m / rank * p_sorted)[::-1])[::-1]
    order = sorted(tested, key=lambda name: p_values[name] or 0.0)
    adjusted = dict(zip(order, np.minimum(1, steps).tolist(), strict=True))
    return tuple(AdjustedP(name, p, adjusted.get(name)) for name, p in p_values.items())
