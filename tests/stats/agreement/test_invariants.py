"""What holds for any ratings table whatever."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stats.agreement import COEFFICIENTS, LIKERT5, Ratings, agreement
from stats.agreement.inference import Sums

tables = st.tuples(st.integers(2, 12), st.integers(2, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(-1, 4))
)
coefficients = st.sampled_from(sorted(COEFFICIENTS))
weights = st.sampled_from(["identity", "linear", "quadratic", "ordinal"])


def ratings_of(codes: np.ndarray) -> Ratings:
    return Ratings.from_matrix([[None if c < 0 else int(c) + 1 for c in row] for row in codes], LIKERT5)


def close(a: float | None, b: float | None) -> bool:
    return a == b if a is None or b is None else a == pytest.approx(b, abs=1e-9, nan_ok=False)


@given(tables, coefficients, weights)
def test_the_linearised_values_average_to_the_coefficient(
    codes: np.ndarray, coefficient: str, weighting: str
) -> None:
    ratings = ratings_of(codes)
    result = agreement(ratings, coefficient=coefficient, weights=weighting)
    if result.estimate is None:
        assert result.not_estimable
        return
    sums = Sums.of(ratings, coefficient, weighting)
    values = sums.linearised()
    centre = float(sums.point.centre)
    mean = sums.patterns.frequency @ values / sums.patterns.frequency.sum()
    assert mean == pytest.approx(centre, abs=1e-9)
    assert coefficient == "alpha" or centre == result.estimate


@given(tables, coefficients, weights, st.randoms(use_true_random=False))
def test_neither_the_order_of_readers_nor_of_videos_matters(
    codes: np.ndarray, coefficient: str, weighting: str, random: np.random.Generator
) -> None:
    rows, columns = list(range(codes.shape[0])), list(range(codes.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    first = agreement(ratings_of(codes), coefficient=coefficient, weights=weighting)
    second = agreement(ratings_of(codes[np.ix_(rows, columns)]), coefficient=coefficient, weights=weighting)
    for field in ("estimate", "se", "ci_low", "ci_high", "pa", "pe"):
        assert close(getattr(first, field), getattr(second, field)), field
    assert first.not_estimable == second.not_estimable


@given(tables, coefficients)
def test_no_number_is_ever_nan(codes: np.ndarray, coefficient: str) -> None:
    result = agreement(ratings_of(codes), coefficient=coefficient)
    numbers = [value for value in vars(result).values() if isinstance(value, float)]
    assert not np.isnan(numbers).any()
    assert (result.estimate is None) == bool(result.not_estimable)


@given(tables)
def test_collapsing_to_patterns_loses_nothing(codes: np.ndarray) -> None:
    ratings = ratings_of(codes)
    for patterns, whole in (
        (ratings.counts, np.stack([(ratings.codes == k).sum(axis=1) for k in range(5)], axis=1)),
        (ratings.ordered, ratings.codes),
    ):
        np.testing.assert_array_equal(patterns.rows[patterns.index], whole)
        assert patterns.frequency.sum() == len(ratings.subjects)


@given(tables)
def test_offering_one_more_category_changes_ac1_as_the_formula_says(codes: np.ndarray) -> None:
    """pe = sum pi (1 - pi) / (q - 1): with q + 1 categories offered it shrinks by (q-1)/q; pa stays."""
    longer = type(LIKERT5)((1, 2, 3, 4, 5, 6))
    ratings = ratings_of(codes)
    five = agreement(ratings)
    six = agreement(Ratings(ratings.codes, longer, ratings.subjects, ratings.readers))
    if five.estimate is None:
        assert six.estimate is None
        return
    assert six.pa == pytest.approx(five.pa)
    assert six.pe == pytest.approx(five.pe * 4 / 5)
