"""Do two coefficients on the same videos differ? Which pairs of readers, categories and repeats agree?

Reference for the paired test: Gwet (2016) Educ Psychol Meas 76:609. It is valid for overlapping groups of
readers (surgeons with all), for two criteria on the same videos, and for first with second half.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from stats.agreement.distributions import t_cdf, t_quantile
from stats.agreement.inference import ZERO, Agreement, Sums, agreement
from stats.agreement.ratings import Ratings
from stats.agreement.scale import Category


@dataclass(frozen=True)
class Comparison:
    """Two coefficients and their difference (first minus second), given these readers.

    None where a number cannot be had; ``not_estimable`` says why. ``warnings`` limit what the numbers mean.
    """

    first: Agreement
    second: Agreement
    difference: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    t: float | None = None
    df: int | None = None
    p_two_sided: float | None = None
    not_estimable: str = ""
    warnings: tuple[str, ...] = ()


def compare(
    first: Ratings,
    second: Ratings,
    *,
    coefficient: str = "ac",
    weights: str | np.ndarray = "identity",
    confidence: float = 0.95,
) -> Comparison:
    """Paired t test of d_i = k*_i(first) - k*_i(second) over the subjects that both tables have.

    k*_i are the subject-level values whose mean is the coefficient; SE = SD(d) / sqrt(n), n - 1 df. Subjects
    that only one table has are left out of both, with a warning.
    """
    common = set(first.subjects) & set(second.subjects)
    left_out = len(set(first.subjects) | set(second.subjects)) - len(common)
    first, second = first.on(common), second.on(common)
    options = {"coefficient": coefficient, "weights": weights, "confidence": confidence}
    result = Comparison(
        first=agreement(first, **options),  # type: ignore[arg-type]
        second=agreement(second, **options),  # type: ignore[arg-type]
        warnings=(f"{left_out} videos that only one of the two has are left out",) if left_out else (),
    )
    for side in (result.first, result.second):
        if side.estimate is None:
            return replace(result, not_estimable=side.not_estimable)
    values = [_by_subject(table, coefficient, weights) for table in (first, second)]
    if any(np.isnan(value).any() for value in values):
        return replace(result, not_estimable="Krippendorff's alpha needs two ratings of every video")
    return _paired(result, values[0] - values[1], confidence)


def _by_subject(ratings: Ratings, coefficient: str, weights: str | np.ndarray) -> np.ndarray:
    """k*_i for each subject in the order of their labels; NaN for those the coefficient leaves out."""
    sums = Sums.of(ratings, coefficient, weights)
    values = sums.linearised()
    values = np.where(sums.patterns.frequency > 0, values, np.nan)[sums.patterns.index]
    return values[np.argsort([str(subject) for subject in ratings.subjects], kind="stable")]


def _paired(result: Comparison, differences: np.ndarray, confidence: float) -> Comparison:
    n = len(differences)
    # Alpha's own correction is not in its linearised values, so the difference is not always their mean.
    difference = (result.first.estimate or 0.0) - (result.second.estimate or 0.0)
    if n < 2:
        return replace(result, difference=difference, not_estimable="one video only")
    se = float(differences.std(ddof=1) / np.sqrt(n))
    if se < ZERO:
        return replace(
            result, difference=difference, se=0.0, not_estimable="every video differs alike: no test"
        )
    half = t_quantile((1 + confidence) / 2, n - 1) * se
    return replace(
        result,
        difference=difference,
        se=se,
        ci_low=difference - half,
        ci_high=difference + half,
        t=difference / se,
        df=n - 1,
        p_two_sided=2 * t_cdf(-abs(difference / se), n - 1),
    )


def by_pairs_of_readers(
    ratings: Ratings, *, coefficient: str = "ac", weights: str | np.ndarray = "identity"
) -> dict[tuple[Hashable, Hashable], Agreement]:
    """The coefficient for every pair of readers, on the subjects that the two rated."""
    return {
        pair: agreement(ratings.only(pair), coefficient=coefficient, weights=weights)
        for pair in combinations(ratings.readers, 2)
    }


def by_repeats(
    first: Ratings,
    second: Ratings,
    *,
    coefficient: str = "ac",
    weights: str | np.ndarray = "identity",
    confidence: float = 0.95,
) -> dict[Hashable, Agreement]:
    """Intra-reader agreement: each reader's two readings of the same subjects, as if by two readers.

    For the readers in both tables, on subjects that the reader rated at least once; where one reading is
    missing, the other informs chance agreement alone. Reference: Gwet (2014), Handbook of Inter-Rater
    Reliability, on intra-rater reliability. Raises ValueError when the two scales differ.
    """
    if first.scale != second.scale:
        raise ValueError("Both readings need the same scale.")
    options = {"coefficient": coefficient, "weights": weights, "confidence": confidence}
    return {
        reader: agreement(_twice(first, second, reader), **options)  # type: ignore[arg-type]
        for reader in first.readers
        if reader in second.readers
    }


def _twice(first: Ratings, second: Ratings, reader: Hashable) -> Ratings:
    """A table of one reader's two readings."""
    scores: dict[tuple[Hashable, Hashable], Category] = {}
    for reading, table in enumerate((first, second), start=1):
        column = table.codes[:, table.readers.index(reader)]
        for subject, code in zip(table.subjects, column.tolist(), strict=True):
            if code >= 0:
                scores[subject, reading] = table.scale.categories[code]
    return Ratings.from_long(scores, first.scale)


def by_category(ratings: Ratings) -> tuple[float | None, ...]:
    """Specific agreement on each category: of the ratings beside a rating in k, the share that is also k.

    p_k = sum_i r_ik (r_ik - 1) / sum_i r_ik (r_i - 1) (Fleiss 1981; Cicchetti and Feinstein 1990). None for a
    category that no subject with two ratings has.
    """
    rows, frequency = ratings.counts.rows, ratings.counts.frequency
    size = rows.sum(axis=1, keepdims=True)
    same = frequency @ (rows * (rows - 1))
    possible = frequency @ (rows * (size - 1))
    return tuple(float(s / p) if p else None for s, p in zip(same, possible, strict=True))
