"""Readers compared on numbers and ranks: intraclass correlations, Kendall's W, Friedman's test.

Companions to AC1, not substitutes: they treat scores 1..5 as numbers or ranks, so distance counts, and the
correlations fall when videos hardly differ from each other, however well readers agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc
from scipy.stats import f as f_distribution
from scipy.stats import rankdata

from stats.agreement.ratings import Ratings

ZERO = 1e-12  # mean squares below this are rounding noise of an exact 0


@dataclass(frozen=True)
class IntraclassCorrelation:
    """One form with its F interval; ``form`` in the notation of McGraw and Wong.

    ICC(1): other readers for each video. ICC(A,1): the same readers, absolute agreement, readers a sample.
    ICC(C,1): consistency, a reader who is always one step higher agrees. With k in place of 1: the mean of
    all readers, as when a study reports mean scores.
    """

    form: str
    estimate: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class RankTest:
    """Chi-square statistic, degrees of freedom, p, and the concordance W it stands for, 0 to 1."""

    statistic: float
    df: int
    p: float
    w: float


@dataclass(frozen=True)
class Reliability:
    """All of these for one table; ``not_estimable`` says why there are none, ``warnings`` limit the numbers.

    ``kendall`` or ``friedman`` is None where every reader ties all videos, or every video all readers. An ICC
    form is absent where neither videos nor readers leave any variance to divide by.
    """

    n_subjects: int
    n_readers: int
    icc: tuple[IntraclassCorrelation, ...] = ()
    kendall: RankTest | None = None
    friedman: RankTest | None = None
    not_estimable: str = ""
    warnings: tuple[str, ...] = ()


def reliability(ratings: Ratings, *, confidence: float = 0.95) -> Reliability:
    """ICCs, Kendall's W (do readers rank videos alike?), Friedman's test (is a reader higher or lower?).

    Two-way table of n videos × k readers with mean squares MS_v (videos), MS_r (readers), MS_e (residual) and
    MS_w (within videos):

    ICC(1) = (MS_v - MS_w) / (MS_v + (k-1) MS_w)
    ICC(C,1) = (MS_v - MS_e) / (MS_v + (k-1) MS_e)
    ICC(A,1) = (MS_v - MS_e) / (MS_v + (k-1) MS_e + k (MS_r - MS_e) / n)
    ICC(., k) = k ICC / (1 + (k-1) ICC) of each.

    Intervals: F, for ICC(A, .) with Satterthwaite's degrees of freedom (Shrout and Fleiss 1979 Psychol Bull
    86:420; McGraw and Wong 1996 Psychol Methods 1:30). Kendall's W = chi^2 / (k (n-1)) and Friedman's
    chi-square (Kendall 1948, Rank Correlation Methods) are corrected for ties. Videos that a reader left out
    are dropped, and counted in ``warnings``.

    Do not read Friedman's test as agreement (readers can disagree on every video and not differ on average),
    nor its large p as proof of equal readers.

    >>> from stats.agreement import LIKERT5
    >>> found = reliability(Ratings.from_matrix([[1, 2], [2, 2], [4, 5], [5, 5]], LIKERT5))
    >>> [(icc.form, round(icc.estimate, 3)) for icc in found.icc[:3]]
    [('ICC(1)', 0.922), ('ICC(A,1)', 0.923), ('ICC(C,1)', 0.947)]

    Raises ValueError for a confidence outside (0, 1).
    """
    if not 0 < confidence < 1:
        raise ValueError(f"Confidence must lie between 0 and 1, not {confidence}.")
    complete = np.all(ratings.codes >= 0, axis=1)
    dropped = int((~complete).sum())
    warnings = (f"{dropped} of {len(complete)} videos lack a rating and are left out",) if dropped else ()
    scores = ratings.scale.values[ratings.codes[complete]]
    n, k = scores.shape
    if n < 2 or k < 2:
        reason = "needs two readers and two videos that every reader rated"
        return Reliability(n, k, not_estimable=reason, warnings=warnings)
    if np.ptp(scores) == 0:
        return Reliability(n, k, not_estimable="every rating falls in one category", warnings=warnings)
    return Reliability(
        n, k, _intraclass(scores, confidence), _concordance(scores.T), _concordance(scores), warnings=warnings
    )


def _intraclass(scores: np.ndarray, confidence: float) -> tuple[IntraclassCorrelation, ...]:
    """The six forms; a form whose denominator is 0 is left out."""
    n, k = scores.shape
    grand, by_video, by_reader = scores.mean(), scores.mean(axis=1), scores.mean(axis=0)
    ms_v = k * ((by_video - grand) ** 2).sum() / (n - 1)
    ms_r = n * ((by_reader - grand) ** 2).sum() / (k - 1)
    ms_w = ((scores - by_video[:, None]) ** 2).sum() / (n * (k - 1))
    ms_e = ((scores - by_video[:, None] - by_reader + grand) ** 2).sum() / ((n - 1) * (k - 1))
    ms_e = 0.0 if ms_e < ZERO else ms_e
    tail = (1 + confidence) / 2

    def quantile(numerator: float, denominator: float) -> float:
        return float(f_distribution.ppf(tail, numerator, denominator))

    def one_way(error: float, df: int) -> tuple[float, float, float] | None:
        def correlation(ratio: float) -> float:
            return float((ms_v - ratio * error) / (ms_v + (k - 1) * ratio * error))

        if ms_v + error < ZERO:
            return None
        return correlation(1), correlation(quantile(n - 1, df)), correlation(1 / quantile(df, n - 1))

    def absolute() -> tuple[float, float, float] | None:
        other = k * ms_r + (k * n - k - n) * ms_e
        if n * ms_v + other < ZERO:
            return None
        icc = n * (ms_v - ms_e) / (n * ms_v + other)
        of_readers, of_error = k * icc * ms_r, (n * (1 + (k - 1) * icc) - k * icc) * ms_e
        spread = (n - 1) * of_readers**2 + of_error**2
        df = (k - 1) * (n - 1) * (of_readers + of_error) ** 2 / spread if spread > ZERO else k - 1
        high, low = quantile(n - 1, df), quantile(df, n - 1)
        return (
            float(icc),
            float(n * (ms_v - high * ms_e) / (high * other + n * ms_v)),
            float(n * (low * ms_v - ms_e) / (other + n * low * ms_v)),
        )

    single = {
        "1": one_way(ms_w, n * (k - 1)),
        "A,1": absolute(),
        "C,1": one_way(ms_e, (n - 1) * (k - 1)),
    }
    known = {form: values for form, values in single.items() if values is not None}
    average = {
        form.replace("1", "k"): tuple(k * value / (1 + (k - 1) * value) for value in values)
        for form, values in known.items()
        if min(values) > -1 / (k - 1)
    }
    return tuple(IntraclassCorrelation(f"ICC({form})", *v) for form, v in (known | average).items())


def _concordance(blocks: np.ndarray) -> RankTest | None:
    """W and chi-square of m blocks (rows) that each rank t items; None when every block ties all items.

    W = 12 S / (m^2 (t^3 - t) - m sum_blocks sum_ties (u^3 - u)), S the spread of the items' rank sums.
    """
    m, t = blocks.shape
    ranks = rankdata(blocks, axis=1)
    ties = sum(float((u**3 - u).sum()) for u in (np.unique(row, return_counts=True)[1] for row in blocks))
    room = m**2 * (t**3 - t) - m * ties
    if room <= 0:
        return None
    sums = ranks.sum(axis=0)
    w = float(12 * ((sums - sums.mean()) ** 2).sum() / room)
    statistic = m * (t - 1) * w
    return RankTest(statistic, t - 1, float(chdtrc(t - 1, statistic)), w)
