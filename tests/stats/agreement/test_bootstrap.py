"""Intervals by resampling and by Fisher's z, against scipy and against a plain loop."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from stats.agreement import LIKERT5, Ratings, agreement, new_readers
from stats.agreement.bootstrap import (
    _features_of_copies,
    bootstrap_subjects,
    bootstrap_subjects_and_readers,
)
from stats.agreement.intervals import fisher_z


def test_the_same_seed_gives_the_same_interval(paper: dict[str, Ratings]) -> None:
    ratings = paper["pelvis_ring"]
    assert bootstrap_subjects(ratings, seed=1) == bootstrap_subjects(ratings, seed=1)
    assert bootstrap_subjects(ratings, seed=1).bca != bootstrap_subjects(ratings, seed=2).bca


@pytest.mark.parametrize("coefficient", ["ac", "alpha", "conger"])
def test_bca_agrees_with_scipy(paper: dict[str, Ratings], coefficient: str) -> None:
    ratings = paper["pelvis_ring"]

    def of_rows(rows: np.ndarray) -> float:
        sample = Ratings.from_matrix((ratings.codes[rows] + 1).tolist(), LIKERT5)
        estimate = agreement(sample, coefficient=coefficient).estimate
        assert estimate is not None
        return estimate

    theirs = scipy_stats.bootstrap(
        (np.arange(30),),
        of_rows,
        n_resamples=3000,
        vectorized=False,
        method="BCa",
        rng=np.random.default_rng(5),
    )
    ours = bootstrap_subjects(ratings, coefficient=coefficient, resamples=40_000)
    assert ours.bca == pytest.approx(tuple(theirs.confidence_interval), abs=0.02)
    assert ours.se == pytest.approx(theirs.standard_error, rel=0.05)


def test_readers_drawn_twice_do_not_agree_with_themselves() -> None:
    """Every pair of copies is looped over; a pair from one original reader is left out."""
    rows = np.array([[0, 0, 2], [1, 4, -1], [3, 3, 3], [-1, 2, -1]])
    copies = np.array([2.0, 1.0, 0.0])
    matrix = np.eye(5)
    features = _features_of_copies(rows, copies, matrix)
    for row, (pa, paired, rated, *_) in zip(rows, features, strict=True):
        taken = [g for g in range(3) for _ in range(int(copies[g])) if row[g] >= 0]
        pairs = [(g, h) for g, h in itertools.permutations(range(len(taken)), 2) if taken[g] != taken[h]]
        agreeing = [row[taken[g]] == row[taken[h]] for g, h in pairs]
        assert paired == bool(pairs)
        assert rated == bool(taken)
        assert pa == pytest.approx(sum(agreeing) / len(pairs) if pairs else 0)


def test_resampling_readers_too_is_wider(paper: dict[str, Ratings]) -> None:
    """Cortical thickness: readers differ much, as the SE for new readers says."""
    ratings = paper["cortical_thickness"]
    both = bootstrap_subjects_and_readers(ratings)
    assert both.se > 1.5 * bootstrap_subjects(ratings).se
    assert both.se == pytest.approx(new_readers(ratings).se, rel=0.25)
    assert 0 < both.undefined < 0.03 * both.resamples  # one reader drawn four times: 4 / 256


def test_where_resampling_makes_no_sense() -> None:
    constant = Ratings.from_matrix([[3, 3]] * 4, LIKERT5)
    assert "one category" in bootstrap_subjects(constant, coefficient="fleiss").not_estimable
    assert (
        bootstrap_subjects(Ratings.from_matrix([[1, None]], LIKERT5)).not_estimable == "only one reader rated"
    )
    assert bootstrap_subjects(Ratings.from_matrix([[1, 2]], LIKERT5)).not_estimable == "one video only"
    alike = bootstrap_subjects(constant)
    assert (alike.se, alike.bca, alike.percentile) == (0.0, None, None)
    assert "same value" in alike.not_estimable
    sparse = Ratings.from_matrix([[3, 3]] + [[1, None]] * 20, LIKERT5)
    assert "resamples have no coefficient" in bootstrap_subjects(sparse).not_estimable
    with pytest.raises(ValueError, match="conger"):
        bootstrap_subjects_and_readers(constant, coefficient="conger")
    counts = Ratings.from_counts([[2, 1, 0, 0, 0]] * 5, LIKERT5)
    assert "not which reader" in bootstrap_subjects_and_readers(counts).not_estimable


def test_fisher_s_interval_is_symmetric_in_z_and_stays_inside(paper: dict[str, Ratings]) -> None:
    for ratings in paper.values():
        result = agreement(ratings.only(["R1", "R2"]))
        low, high = fisher_z(result)
        assert -1 < low < result.estimate < high < 1
        assert math.atanh(low) + math.atanh(high) == pytest.approx(2 * math.atanh(result.estimate))


def test_fisher_s_interval_needs_an_error_and_room() -> None:
    assert fisher_z(agreement(Ratings.from_matrix([[3, 3]] * 4, LIKERT5))) is None
    assert fisher_z(agreement(Ratings.from_matrix([[1, 2]], LIKERT5))) is None
    assert fisher_z(agreement(Ratings.from_matrix([], LIKERT5))) is None
