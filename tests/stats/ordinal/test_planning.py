from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm, t

from stats.agreement import LIKERT5, Ratings, agreement
from stats.ordinal.planning import (
    SIGMA_AT_FOUR_READERS,
    LatentNormal,
    half_width,
    pilot_sigma,
    plan,
    simulate,
    videos_needed,
)
from tests.stats.paper import CRITERIA, paper_ratings

PELVIS_RING = (0.44, 0.33, 0.11, 0.12, 0.0)
PAPER = {  # printed frequencies and AC1
    0.61: PELVIS_RING,
    0.60: (0.01, 0.06, 0.26, 0.27, 0.40),
    0.76: (0.43, 0.43, 0.14, 0.0, 0.0),
    0.80: (0.57, 0.28, 0.15, 0.0, 0.0),
    0.83: (0.66, 0.28, 0.05, 0.01, 0.0),
}


@pytest.mark.parametrize("wanted", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("population", [None, 200])
def test_needed_videos_are_the_fewest_that_suffice(wanted: float, population: int | None) -> None:
    n = videos_needed(wanted, 0.39, population=population)
    assert half_width(n, 0.39, population=population) <= wanted
    assert half_width(n - 1, 0.39, population=population) > wanted


def test_half_width_is_that_of_the_interval_of_a_pilot() -> None:
    for criterion in CRITERIA:
        ratings = paper_ratings(criterion)
        found = agreement(ratings, confidence=0.9)
        expected = found.estimate - found.ci_low
        assert half_width(30, pilot_sigma(ratings), confidence=0.9) == pytest.approx(expected)


def test_half_width_by_hand() -> None:
    assert half_width(30, 0.39) == pytest.approx(t.ppf(0.975, 29) * 0.39 / np.sqrt(30))
    assert half_width(60, 0.39, population=60) == 0


def test_population_agreement_is_that_of_two_correlated_normals() -> None:
    model = LatentNormal((-0.5, 0.8), rho=0.7, reader_sd=0.5)
    total = 1 + 0.5**2
    pair = multivariate_normal([0, 0], [[total, 0.7], [0.7, total]])
    edges = [-9.0, -0.5, 0.8, 9.0]
    pa = sum(pair.cdf([b, b]) - 2 * pair.cdf([a, b]) + pair.cdf([a, a]) for a, b in pairwise(edges))
    pi = np.diff(norm.cdf(edges, scale=np.sqrt(total)))
    pe = (pi * (1 - pi)).sum() / 2
    assert model.ac1 == pytest.approx((pa - pe) / (1 - pe), abs=1e-4)


@pytest.mark.parametrize("reader_sd", [0.0, 0.2])
def test_calibrated_model_has_the_shares_and_the_agreement_asked_for(reader_sd: float) -> None:
    model = LatentNormal.calibrated(PELVIS_RING, 0.61, reader_sd=reader_sd)
    ratings = model.draw(np.random.default_rng(0), 400, 400)
    shares = [float((ratings.codes == k).mean()) for k in range(5)]
    assert shares == pytest.approx(PELVIS_RING, abs=0.05)
    assert model.ac1 == pytest.approx(0.61, abs=1e-6)
    assert agreement(ratings).estimate == pytest.approx(0.61, abs=0.04)


@pytest.mark.parametrize("ac1", PAPER)
def test_sigma_of_the_model_is_that_of_the_paper_s_reconstructions(ac1: float) -> None:
    model = LatentNormal.calibrated(PAPER[ac1], ac1)
    assert model.sigma(4) == pytest.approx(SIGMA_AT_FOUR_READERS[ac1], abs=0.03)


def test_formula_and_simulation_agree() -> None:
    model = LatentNormal.calibrated(PELVIS_RING, 0.61)
    found = simulate(model, 40, 4, replicates=300, seed=1)
    assert found.sd == pytest.approx(model.sigma(4) / np.sqrt(40), rel=0.12)
    assert found.half_width == pytest.approx(half_width(40, model.sigma(4)), rel=0.05)
    assert found.mean == pytest.approx(0.61, abs=0.02)
    assert 0.91 <= found.coverage <= 0.98
    assert found == simulate(model, 40, 4, replicates=300, seed=1)


def test_readers_who_differ_are_covered_only_by_the_interval_for_new_readers() -> None:
    model = LatentNormal.calibrated(PELVIS_RING, 0.61, reader_sd=0.3)
    found = simulate(model, 30, 5, replicates=150)
    assert found.coverage < 0.88 < found.coverage_new
    assert found.half_width_new > 1.3 * found.half_width


def test_more_readers_need_fewer_videos() -> None:
    rows = plan(LatentNormal.calibrated(PELVIS_RING, 0.61), 0.1, readers=(2, 4, 8))
    assert [row.n_readers for row in rows] == [2, 4, 8]
    assert rows[0].n_videos > rows[1].n_videos > rows[2].n_videos
    assert rows[1].n_ratings == 4 * rows[1].n_videos


def test_two_readers_give_no_interval_for_new_ones() -> None:
    found = simulate(LatentNormal((0.0,), 0.8), 10, 2, replicates=20)
    assert (found.half_width_new, found.coverage_new) == (None, None)


def test_what_cannot_be_planned_is_refused() -> None:
    with pytest.raises(ValueError, match="out of reach"):
        LatentNormal.calibrated(PELVIS_RING, 0.61, reader_sd=1)
    with pytest.raises(ValueError, match="two above 0"):
        LatentNormal.calibrated((0, 1, 0), 0.9)
    with pytest.raises(ValueError, match="above 0, not 0"):
        videos_needed(0, 0.3)
    with pytest.raises(ValueError, match="at least two videos and two readers"):
        simulate(LatentNormal((0.0,), 0.8), 1, 4)
    with pytest.raises(ValueError, match="all ratings alike"):
        simulate(LatentNormal((-9.0,), 0.8), 3, 2, replicates=5)
    assert pilot_sigma(Ratings.from_matrix([[1, 2]], LIKERT5)) is None
