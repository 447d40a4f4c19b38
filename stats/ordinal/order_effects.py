"""Does a rating depend on when it was given? Learning, fatigue and drift of scores, times and disagreement.

Each reader's order was drawn at random. That draw is the whole basis of these tests: had it come out
otherwise, the same values would have met other positions. Nothing is assumed about the values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

ALTERNATIVE = "two-sided: values and positions go together, upwards or downwards"


@dataclass(frozen=True)
class Association:
    """Slope of the values on positions or halves, its z and p; None where ``not_estimable`` says why.

    For positions the slope is per position; for halves it is second half minus first.
    """

    n: int
    slope: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    z: float | None = None
    p_two_sided: float | None = None
    alternative: str = ALTERNATIVE
    not_estimable: str = ""


@dataclass(frozen=True)
class ReaderOrder:
    """One reader's trend, Spearman correlation with position, and second half minus first."""

    reader: Hashable
    trend: Association
    spearman: float | None
    halves: Association


@dataclass(frozen=True)
class OrderEffects:
    """All readers together, and each alone. ``adjusted`` tells whether videos' own levels were removed."""

    trend: Association
    halves: Association
    by_reader: tuple[ReaderOrder, ...]
    adjusted: bool


def order_effects(
    values: Sequence[float | None],
    positions: Sequence[float],
    readers: Sequence[Hashable],
    *,
    videos: Sequence[Hashable] | None = None,
    confidence: float = 0.95,
) -> OrderEffects:
    """Randomisation test of values against positions within readers, pooled over readers.

    With x_i the position (or 1 in a reader's second half) and v_i the value, both centred by reader,

        T = sum_i x_i v_i,   Var T = sum_readers SS_x SS_v / (n_r - 1),   z = T / sqrt(Var T),

    the exact mean and variance over all orders that could have been drawn (Hoeffding 1951 Ann Math Stat
    22:558); z is normal to a good approximation from about ten ratings a reader. The slope is T / sum x_i^2,
    its interval uses the same variance. With ``videos`` the mean of each video is removed from the values
    (and, for the pooled slope, from x): who happened to see the clear videos late then no longer looks like a
    trend. One reader's own slope is then relative to what the others said of the same videos.

    Values: scores; log seconds (``log_seconds``) for learning; ``distance_from_others`` for drift apart.
    Missing values (None) are left out.

    >>> scores, readers = [5, 4, 4, 2, 1, 1, 3, 3, 2, 2, 2, 1], ["R1"] * 6 + ["R2"] * 6
    >>> effects = order_effects(scores, [*range(6)] * 2, readers)
    >>> round(effects.trend.slope, 3), round(effects.trend.p_two_sided, 4)
    (-0.629, 0.0051)

    Not to be used where the order was not random (an order fixed for all readers: position and video are then
    the same thing), nor to conclude from a large p that there was no learning.

    Raises ValueError when lengths differ.
    """
    video_labels = [None] * len(values) if videos is None else list(videos)
    rows = [row for row in zip(values, positions, readers, video_labels, strict=True) if row[0] is not None]
    v = np.array([row[0] for row in rows], dtype=float)
    x = np.array([row[1] for row in rows], dtype=float)
    names = list(dict.fromkeys(row[2] for row in rows))
    reader = np.array([names.index(row[2]) for row in rows], dtype=int)
    late = _second_half(x, reader)
    if videos is None:
        video = None
    else:
        number = {label: i for i, label in enumerate(dict.fromkeys(row[3] for row in rows))}
        video = np.array([number[row[3]] for row in rows], dtype=int)
        v = v - _means(v, video)

    by_reader = []
    for code, name in enumerate(names):
        own = reader == code
        alone = np.zeros(int(own.sum()), dtype=int)
        by_reader.append(
            ReaderOrder(
                reader=name,
                trend=_associate(x[own], v[own], alone, None, confidence),
                spearman=_spearman(x[own], v[own]),
                halves=_associate(late[own], v[own], alone, None, confidence),
            )
        )
    return OrderEffects(
        trend=_associate(x, v, reader, video, confidence),
        halves=_associate(late, v, reader, video, confidence),
        by_reader=tuple(by_reader),
        adjusted=videos is not None,
    )


def log_seconds(seconds: Sequence[float | None]) -> list[float | None]:
    """Natural logarithms of durations: a slope s then means a factor exp(s) a position.

    >>> log_seconds([1.0, None])
    [0.0, None]

    Raises ValueError for a duration of 0 or less.
    """
    wrong = [duration for duration in seconds if duration is not None and duration <= 0]
    if wrong:
        raise ValueError(f"A duration must be above 0 seconds, not {wrong[0]}.")
    return [None if duration is None else float(np.log(duration)) for duration in seconds]


def distance_from_others(scores: Sequence[float | None], videos: Sequence[Hashable]) -> list[float | None]:
    """|score - mean of the other ratings of that video|; None where there is no other rating.

    >>> distance_from_others([1, 2, 3, 5], ["a", "a", "a", "b"])
    [1.5, 0.0, 1.5, None]
    """
    given: dict[Hashable, list[float]] = defaultdict(list)
    for score, video in zip(scores, videos, strict=True):
        if score is not None:
            given[video].append(score)

    def distance(score: float | None, video: Hashable) -> float | None:
        others = len(given[video]) - 1
        if score is None or others < 1:
            return None
        return abs(score - (sum(given[video]) - score) / others)

    return [distance(score, video) for score, video in zip(scores, videos, strict=True)]


def _means(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Each entry's group mean."""
    return np.asarray((np.bincount(groups, values) / np.maximum(1, np.bincount(groups)))[groups])


def _second_half(x: np.ndarray, reader: np.ndarray) -> np.ndarray:
    """1.0 in the second half of each reader's own order; the middle one of an odd number counts as first."""
    late = np.zeros_like(x)
    for code in np.unique(reader):
        own = np.flatnonzero(reader == code)
        late[own[np.argsort(x[own], kind="stable")[(len(own) + 1) // 2 :]]] = 1
    return late


def _associate(
    x: np.ndarray, v: np.ndarray, reader: np.ndarray, video: np.ndarray | None, confidence: float
) -> Association:
    if not len(x):
        return Association(0, not_estimable="no values")
    x_own, v_own = x - _means(x, reader), v - _means(v, reader)
    size, ss_x, ss_v = np.bincount(reader), np.bincount(reader, x_own**2), np.bincount(reader, v_own**2)
    variance = float((ss_x * ss_v / np.maximum(1, size - 1)).sum())
    x_free = x_own if video is None else x_own - _means(x_own, video)
    room = float((x_free**2).sum())
    if variance < 1e-20 or room < 1e-12:
        return Association(len(x), not_estimable="values or positions do not vary within a reader")
    total = float(x_own @ v_own)
    z, slope, half = (
        total / variance**0.5,
        total / room,
        float(ndtri((1 + confidence) / 2)) * variance**0.5 / room,
    )
    return Association(len(x), slope, slope - half, slope + half, z, float(2 * ndtr(-abs(z))))


def _spearman(x: np.ndarray, v: np.ndarray) -> float | None:
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(v) == 0:
        return None
    return float(np.corrcoef(rankdata(x), rankdata(v))[0, 1])
