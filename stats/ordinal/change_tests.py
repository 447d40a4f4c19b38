"""Does the criterion change? Tests of the scores against the middle category, "does not change".

Ratings of one video resemble each other, and so do ratings of one reader; 120 ratings are not 120
independent answers. The first three tests therefore use one number a video, its mean over readers, and speak
about other videos *seen by these readers*. The last speaks about other readers too.

None of them is to be used to show that a criterion does *not* change: a large p is no evidence for that. And
all assume that the video, not the reader, is what was drawn at random (for the last: both).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np
from scipy.special import stdtr, stdtrit
from scipy.stats import binomtest, rankdata, wilcoxon

EXACT_COST = 20_000_000  # additions that an exact sign-flip distribution may take
FLIPS = 99_999
EXACT_WILCOXON = 50


@dataclass(frozen=True)
class ChangeTest:
    """One test; ``p_two_sided`` is None where ``not_estimable`` says why.

    mean_change: mean over videos of (video mean - centre); over ratings for ``crossed_t``. up, down, tied:
    videos whose mean lies above, below and at the centre. statistic: as named in ``test``. method: how p was
    had. ci_low, ci_high: interval for the mean change, where the test gives one.
    """

    test: str
    alternative: str
    mean_change: float | None = None
    up: int = 0
    down: int = 0
    tied: int = 0
    statistic: float | None = None
    p_two_sided: float | None = None
    method: str = ""
    ci_low: float | None = None
    ci_high: float | None = None
    not_estimable: str = ""


@dataclass(frozen=True)
class VideoMeans:
    """Mean score of each video minus the centre, in exact arithmetic, in order of appearance."""

    videos: tuple[Hashable, ...]
    changes: tuple[Fraction, ...]
    steps: np.ndarray = field(compare=False)  # the changes as whole multiples of their common fraction

    @classmethod
    def of(cls, scores: Sequence[float | None], videos: Sequence[Hashable], centre: float) -> VideoMeans:
        """Missing scores (None) are left out. Raises ValueError when the lengths differ."""
        given: dict[Hashable, list[Fraction]] = defaultdict(list)
        for score, video in zip(scores, videos, strict=True):
            if score is not None:
                given[video].append(Fraction(score))
        changes = tuple(sum(s, Fraction(0)) / len(s) - Fraction(centre) for s in given.values())
        common = lcm(*(change.denominator for change in changes))
        return cls(tuple(given), changes, np.array([int(change * common) for change in changes], dtype=float))

    def result(self, test: str, alternative: str, **found: object) -> ChangeTest:
        up, down = int((self.steps > 0).sum()), int((self.steps < 0).sum())
        if not self.changes:
            return ChangeTest(test, alternative, not_estimable="no ratings")
        if not found:
            found = {"not_estimable": "every video's mean is exactly 'does not change'"}
        mean = float(sum(self.changes, Fraction(0)) / len(self.changes))
        values = {"mean_change": mean, "up": up, "down": down, "tied": len(self.changes) - up - down}
        return ChangeTest(test, alternative, **(values | found))  # type: ignore[arg-type]


def wilcoxon_by_video(
    scores: Sequence[float | None], videos: Sequence[Hashable], *, centre: float = 3
) -> ChangeTest:
    """Wilcoxon's signed-rank test on video means; statistic V = sum of the ranks of means above the centre.

    Means at the centre are dropped (Wilcoxon 1945 Biometrics 1:80). Exact without ties up to 50 videos, else
    normal approximation with tie and continuity correction, as in R ``wilcox.test``.
    Supposes that the means lie symmetrically about their median; where that is doubtful use the sign test.

    >>> test = wilcoxon_by_video([1, 2, 1, 3, 2, 4, 1, 1], ["a", "a", "b", "b", "c", "c", "d", "d"])
    >>> test.statistic, test.down, test.tied, round(test.p_two_sided, 4)
    (0.0, 3, 1, 0.25)
    """
    means = VideoMeans.of(scores, videos, centre)
    steps = means.steps[means.steps != 0]
    found: dict[str, object] = {}
    if len(steps):
        ranks = rankdata(np.abs(steps))
        ties = len(np.unique(ranks)) < len(ranks)
        exact = len(steps) <= EXACT_WILCOXON and not ties
        p = wilcoxon(steps, correction=not exact, method="exact" if exact else "asymptotic").pvalue
        found = {
            "statistic": float(ranks[steps > 0].sum()),
            "p_two_sided": float(p),
            "method": "exact" if exact else "normal approximation, corrected for ties and continuity",
        }
    return means.result("Wilcoxon signed-rank test on video means, V", _differs("median video mean"), **found)


def sign_by_video(
    scores: Sequence[float | None], videos: Sequence[Hashable], *, centre: float = 3
) -> ChangeTest:
    """Sign test on video means; statistic = videos above the centre, binomial with 1/2 among those not at it.

    Supposes nothing about the shape of the distribution, and so is the least powerful of the three.

    >>> sign_by_video([1, 2, 1, 1, 2, 5], "abcdef").p_two_sided   # 1 of 6 above: 2 (1 + 6) / 64
    0.21875
    """
    means = VideoMeans.of(scores, videos, centre)
    up, down = int((means.steps > 0).sum()), int((means.steps < 0).sum())
    found: dict[str, object] = {}
    if up + down:
        p = float(binomtest(up, up + down).pvalue)
        found = {"statistic": float(up), "p_two_sided": p, "method": "exact"}
    alternative = "two-sided: a video is not equally likely to lie above and below 'does not change'"
    return means.result("sign test on video means, videos above", alternative, **found)


def sign_flip_by_video(
    scores: Sequence[float | None],
    videos: Sequence[Hashable],
    *,
    centre: float = 3,
    flips: int = FLIPS,
    seed: int = 0,
) -> ChangeTest:
    """Permutation test: all ratings of a video are mirrored about the centre together, or not at all.

    Under "does not change" both are equally likely. p is the share of the 2^n outcomes whose mean change is
    at least as far from 0 as the one observed (Fisher 1935; Winkler et al. 2014 NeuroImage 92:381). Scores
    have few values, so the whole distribution is had by adding one video after the other; only where that
    would be too long are ``flips`` outcomes drawn with ``seed``, and p = (1 + extreme) / (1 + flips).

    >>> sign_flip_by_video([1, 1, 2, 2, 2], "abcde").p_two_sided   # all five below: 2 of 2^5
    0.0625
    """
    means = VideoMeans.of(scores, videos, centre)
    sizes = np.abs(means.steps[means.steps != 0])
    observed = abs(means.steps.sum())
    found: dict[str, object] = {}
    if len(sizes):
        if len(sizes) * sizes.sum() <= EXACT_COST:
            p, method = _exact_flips(sizes.astype(int), int(observed)), "exact"
        else:
            p, method = _drawn_flips(sizes, observed, flips, seed), f"{flips} random sign flips, seed {seed}"
        change = float(sum(means.changes, Fraction(0)) / len(means.changes))
        found = {"statistic": change, "p_two_sided": p, "method": method}
    return means.result("sign-flip permutation test by video, mean change", _differs("mean score"), **found)


def _exact_flips(sizes: np.ndarray, observed: int) -> float:
    """P(|sum of ± sizes| >= observed), adding the sizes one by one."""
    chance = np.ones(1)
    for size in sizes:
        wider = np.zeros(len(chance) + 2 * size)
        wider[: len(chance)] += chance / 2
        wider[2 * size :] += chance / 2
        chance = wider
    sums = np.arange(len(chance)) - sizes.sum()
    return min(1.0, float(chance[np.abs(sums) >= observed].sum()))


def _drawn_flips(sizes: np.ndarray, observed: float, flips: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    extreme, left = 0, flips
    while left:
        drawn = min(left, max(1, 4_000_000 // max(1, len(sizes))))
        sums = (2.0 * rng.integers(2, size=(drawn, len(sizes))) - 1) @ sizes
        extreme += int((np.abs(sums) >= observed * (1 - 1e-12)).sum())
        left -= drawn
    return (1 + extreme) / (1 + flips)


def crossed_t(
    scores: Sequence[float | None],
    videos: Sequence[Hashable],
    readers: Sequence[Hashable],
    *,
    centre: float = 3,
    confidence: float = 0.95,
) -> ChangeTest:
    """t test of the mean score against the centre when videos *and* readers are samples.

    V = V_videos + V_readers - V_ratings, each V the sum over clusters c of (sum_(i in c) (y_i - mean))^2,
    times G/(G-1), over N^2 (Cameron, Gelbach and Miller 2011 J Bus Econ Stat 29:238); never less than
    V_videos or V_readers alone. df = the smaller number of clusters, less 1. With four readers that is 3: the
    interval is wide because little is known about other readers, not because the finding is weak. Scores
    count as numbers with equal steps; where that is not wanted, use the mixed model.

    >>> test = crossed_t([1, 2, 2, 3, 1, 1], ["a", "a", "b", "b", "c", "c"], ["R1", "R2"] * 3)
    >>> round(test.statistic, 3), round(test.p_two_sided, 3)
    (-3.024, 0.203)
    """
    test, alternative = "t test of the mean score, videos and readers both sampled", _differs("mean score")
    means = VideoMeans.of(scores, videos, centre)
    rows = [(s, v, r) for s, v, r in zip(scores, videos, readers, strict=True) if s is not None]
    y = np.array([score for score, _, _ in rows], dtype=float) - centre
    video_codes, reader_codes = (
        _codes([video for _, video, _ in rows]),
        _codes([reader for *_, reader in rows]),
    )
    n_videos, n_readers = len(set(video_codes)), len(set(reader_codes))
    if min(n_videos, n_readers) < 2:
        return means.result(test, alternative, not_estimable="needs at least two videos and two readers")
    e = y - y.mean()

    def variance(codes: np.ndarray, clusters: int) -> float:
        return float(clusters / (clusters - 1) * (np.bincount(codes, e) ** 2).sum() / len(e) ** 2)

    by_video, by_reader = variance(video_codes, n_videos), variance(reader_codes, n_readers)
    both = by_video + by_reader - variance(np.arange(len(e)), len(e))
    se = float(np.sqrt(max(by_video, by_reader, both)))
    if se < 1e-12:
        return means.result(test, alternative, not_estimable="neither video means nor reader means vary")
    df = min(n_videos, n_readers) - 1
    t, half = float(y.mean() / se), float(stdtrit(df, (1 + confidence) / 2)) * se
    return means.result(
        test,
        alternative,
        mean_change=float(y.mean()),
        statistic=t,
        p_two_sided=float(2 * stdtr(df, -abs(t))),
        method=f"two-way clustered standard error, t with {df} degrees of freedom",
        ci_low=float(y.mean()) - half,
        ci_high=float(y.mean()) + half,
    )


def _codes(labels: list[Hashable]) -> np.ndarray:
    number = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    return np.array([number[label] for label in labels], dtype=int)


def _differs(what: str) -> str:
    return f"two-sided: the {what} differs from 'does not change'"
