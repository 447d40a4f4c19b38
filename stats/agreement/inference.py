"""Uncertainty of an agreement coefficient: for these readers, and for readers like them.

Formulas: Gwet (2014), chapter 5. The interval uses t with n - 1 degrees of freedom; the p value is always
two-sided, against a coefficient of 0.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from stats.agreement.coefficients import COEFFICIENTS, Coefficient, Point
from stats.agreement.distributions import normal_cdf, normal_quantile, t_cdf, t_quantile
from stats.agreement.ratings import Patterns, Ratings
from stats.agreement.weights import weight_matrix

ALTERNATIVE = "two-sided: the coefficient differs from 0"
ZERO = 1e-12  # below this a standard error is rounding noise of an exact 0


@dataclass(frozen=True)
class Agreement:
    """One coefficient for one table of ratings; None where a number cannot be had, never NaN.

    estimate, pa, pe: the coefficient, observed and chance agreement. se: standard error given these readers
    (subjects vary). ci_low, ci_high: t interval at ``confidence``; the upper limit is cut at 1.
    ``not_estimable`` says why ``estimate`` is None; ``warnings`` limit what the numbers mean.
    """

    coefficient: str
    weights: str
    n_subjects: int
    n_readers: int
    n_ratings: int
    confidence: float
    estimate: float | None = None
    pa: float | None = None
    pe: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    df: int | None = None
    p_two_sided: float | None = None
    alternative: str = ALTERNATIVE
    not_estimable: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewReaders:
    """Standard error when readers, too, are a sample: V = V_subjects + V_readers.

    V_subjects is the squared SE given these readers; V_readers = (r-1)/r sum_g (K_g - Kbar)^2 over the
    coefficients K_g without reader g. Normal quantiles. ``leave_one_out`` is (reader, K_g) for each reader.
    """

    se: float | None = None
    se_readers: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_two_sided: float | None = None
    leave_one_out: tuple[tuple[Hashable, float], ...] = ()
    not_estimable: str = ""


@dataclass(frozen=True)
class Sums:
    """A coefficient prepared on one table: its patterns, features and moments."""

    method: Coefficient
    matrix: np.ndarray
    patterns: Patterns
    features: np.ndarray
    moments: np.ndarray

    @classmethod
    def of(cls, ratings: Ratings, coefficient: str, weights: str | np.ndarray) -> Sums:
        if coefficient not in COEFFICIENTS:
            known = ", ".join(COEFFICIENTS)
            raise ValueError(f"Unknown coefficient {coefficient!r}; choose one of {known}.")
        method, matrix = COEFFICIENTS[coefficient], weight_matrix(weights, ratings.scale)
        patterns = method.patterns(ratings)
        features = method.features(patterns.rows, matrix)
        return cls(method, matrix, patterns, features, patterns.frequency @ features)

    @cached_property
    def point(self) -> Point:
        """The coefficient with observed and chance agreement."""
        return self.method.point(self.moments, self.matrix)

    @property
    def estimate(self) -> float:
        return float(self.point.estimate)

    def linearised(self) -> np.ndarray:
        """Subject-level values k*_i for each pattern, whose mean over subjects is ``point.centre``."""
        return self.method.linearise(self.features, self.moments, self.matrix, self.point)


def obstacle(ratings: Ratings) -> str:
    """Why no agreement can be computed from this table; '' when nothing stands in the way."""
    if ratings.n_ratings == 0:
        return "no ratings"
    if len(ratings.readers) < 2:
        return "only one reader rated"
    if ratings.sizes.max() < 2:
        return "no video was rated by two readers"
    return ""


def agreement(
    ratings: Ratings,
    *,
    coefficient: str = "ac",
    weights: str | np.ndarray = "identity",
    confidence: float = 0.95,
    population: float | None = None,
    clusters: Sequence[Hashable] | None = None,
) -> Agreement:
    """Coefficient with SE given these readers, t interval and two-sided p.

    SE^2 = (1-f) / (n(n-1)) sum_i (k*_i - kappa)^2 with f = n / ``population`` (subjects); with ``clusters``
    (one label a subject, as videos of one patient) the deviations are added up by cluster first.

    Worked example, Gwet's four raters on 12 units (Handbook, 2014; R irrCAC prints .77544, .14295):

    >>> from stats.agreement import Ratings, Scale
    >>> _ = None
    >>> units = [[1,1,_,1], [2,2,3,2], [3,3,3,3], [3,3,3,3], [2,2,2,2], [1,2,3,4], [4,4,4,4],
    ...          [1,1,2,1], [2,2,2,2], [_,5,5,5], [_,_,1,1], [_,_,3,_]]
    >>> result = agreement(Ratings.from_matrix(units, Scale((1, 2, 3, 4, 5))))
    >>> round(result.estimate, 5), round(result.se, 5)
    (0.77544, 0.14295)

    Raises ValueError for unknown names, a confidence outside (0, 1), a population smaller than the sample
    and clusters of the wrong length. What the *data* do not allow is told in the result.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"Confidence must lie between 0 and 1, not {confidence}.")
    if population is not None and not population >= len(ratings.subjects):  # NaN is refused, too
        raise ValueError(f"The population ({population}) is smaller than the sample, or no number.")
    if clusters is not None and len(clusters) != len(ratings.subjects):
        raise ValueError("Give one cluster label for each subject.")
    result = Agreement(
        coefficient=coefficient,
        weights=weights if isinstance(weights, str) else "custom",
        n_subjects=len(ratings.subjects),
        n_readers=len(ratings.readers),
        n_ratings=ratings.n_ratings,
        confidence=confidence,
    )
    reason = obstacle(ratings)
    if not reason and ratings.anonymous and coefficient == "conger":
        reason = "only counts are known, not which reader rated what"
    if reason:
        return replace(result, not_estimable=reason)
    sums = Sums.of(ratings, coefficient, weights)
    point = sums.point
    if np.isnan(point.estimate):
        return replace(
            result,
            pa=float(point.pa),
            pe=1.0,
            not_estimable="every rating falls in one category, so chance agreement is complete",
        )
    result = replace(
        result,
        estimate=float(point.estimate),
        pa=float(point.pa),
        pe=float(point.pe),
        warnings=_warnings(ratings),
    )
    se = _standard_error(sums.linearised() - point.centre, sums.patterns, population, clusters)
    return _with_uncertainty(result, float(point.estimate), se)


def _warnings(ratings: Ratings) -> tuple[str, ...]:
    singles = int(ratings.counts.frequency[ratings.sizes == 1].sum())
    if not singles:
        return ()
    return (
        f"{singles} of {len(ratings.subjects)} videos were rated by one reader only: they inform chance "
        "agreement, and Gwet's standard error is too large for them",
    )


def _standard_error(
    deviations: np.ndarray,
    patterns: Patterns,
    population: float | None,
    clusters: Sequence[Hashable] | None,
) -> float | None:
    """SE from deviations (m,) of the linearised values; None when there is one subject or cluster only."""
    n = patterns.frequency.sum()
    left = 1 - (len(patterns.index) / population if population else 0)
    if clusters is None:
        if n < 2:
            return None
        return float(np.sqrt(left * (patterns.frequency @ deviations**2) / (n * (n - 1))))
    counted = patterns.frequency[patterns.index] > 0
    _, label = np.unique(np.array([str(cluster) for cluster in clusters])[counted], return_inverse=True)
    sums = np.bincount(label, weights=deviations[patterns.index][counted])
    if len(sums) < 2:
        return None
    return float(np.sqrt(left * len(sums) / (len(sums) - 1) * (sums**2).sum()) / n)


def _with_uncertainty(result: Agreement, estimate: float, se: float | None) -> Agreement:
    if se is None:
        return replace(result, warnings=(*result.warnings, "one video only: no standard error"))
    if se < ZERO:
        return replace(
            result,
            se=0.0,
            ci_low=estimate,
            ci_high=estimate,
            warnings=(*result.warnings, "every video is rated alike: the standard error is 0, no test"),
        )
    df = result.n_subjects - 1
    half = t_quantile((1 + result.confidence) / 2, df) * se
    return replace(
        result,
        se=se,
        ci_low=estimate - half,
        ci_high=min(1.0, estimate + half),
        df=df,
        p_two_sided=2 * t_cdf(-abs(estimate / se), df),
    )


def new_readers(
    ratings: Ratings,
    *,
    coefficient: str = "ac",
    weights: str | np.ndarray = "identity",
    confidence: float = 0.95,
    reader_population: float | None = None,
) -> NewReaders:
    """Unconditional SE: readers and subjects both are samples (Gwet 2014, eq. 5.4.4; leave one reader out).

    ``reader_population``: how many readers there are to draw from, for a finite-population correction.
    Needs three readers. Given few readers the interval is wide on purpose: it speaks about other readers.
    """
    here = agreement(ratings, coefficient=coefficient, weights=weights, confidence=confidence)
    r = len(ratings.readers)
    if here.estimate is None or here.se is None:
        return NewReaders(not_estimable=here.not_estimable or "one video only")
    if ratings.anonymous:
        return NewReaders(not_estimable="only counts are known, not which reader rated what")
    if r < 3:
        return NewReaders(not_estimable="leaving one reader out needs at least three readers")
    tables = [ratings.only([other for other in ratings.readers if other != out]) for out in ratings.readers]
    if any(obstacle(table) for table in tables):
        return NewReaders(not_estimable="without one of the readers no video is rated by two")
    without = np.array([Sums.of(table, coefficient, weights).estimate for table in tables])
    if np.isnan(without).any():
        return NewReaders(not_estimable="without one of the readers the coefficient is undefined")
    left = 1 - (r / reader_population if reader_population else 0)
    v_readers = left * (r - 1) / r * float(((without - without.mean()) ** 2).sum())
    se = float(np.sqrt(here.se**2 + v_readers))
    half = normal_quantile((1 + confidence) / 2) * se
    return NewReaders(
        se=se,
        se_readers=float(np.sqrt(v_readers)),
        ci_low=here.estimate - half,
        ci_high=min(1.0, here.estimate + half),
        p_two_sided=2 * normal_cdf(-abs(here.estimate) / se) if se > ZERO else None,
        leave_one_out=tuple(zip(ratings.readers, without.tolist(), strict=True)),
    )
