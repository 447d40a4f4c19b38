from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f_oneway, friedmanchisquare

from stats.agreement import LIKERT5, Ratings, Scale
from stats.agreement.reliability import Reliability, reliability
from tests.stats.golden import GOLDEN
from tests.stats.paper import CRITERIA, paper_ratings


def of(rows: list) -> Reliability:
    return reliability(Ratings.from_matrix(rows, LIKERT5))


@pytest.mark.parametrize("criterion", CRITERIA)
def test_agrees_with_r_psych_and_friedman_test(criterion: str) -> None:
    expected = GOLDEN["other_R"]["values"][criterion]
    found = reliability(paper_ratings(criterion))
    icc = {result.form: result for result in found.icc}
    psych = expected["ICC"]
    assert icc["ICC(1)"].estimate == pytest.approx(psych["ICC1"], abs=1e-9)
    assert icc["ICC(A,1)"].estimate == pytest.approx(psych["ICC2"], abs=1e-9)
    assert icc["ICC(C,1)"].estimate == pytest.approx(psych["ICC3"], abs=1e-9)
    assert icc["ICC(A,k)"].estimate == pytest.approx(psych["ICC2k"], abs=1e-9)
    assert [icc["ICC(A,1)"].ci_low, icc["ICC(A,1)"].ci_high] == pytest.approx(psych["ICC2_ci"], abs=1e-9)
    friedman, kendall = expected["friedman_readers"], expected["kendallW_videos"]
    assert found.friedman.statistic == pytest.approx(friedman["chisq"], abs=1e-9)
    assert (found.friedman.df, found.friedman.p) == (friedman["df"], pytest.approx(friedman["p"], rel=1e-9))
    assert found.kendall.w == pytest.approx(kendall["W"], abs=1e-9)
    assert found.kendall.statistic == pytest.approx(kendall["chisq"], abs=1e-9)
    assert found.kendall.p == pytest.approx(kendall["p"], rel=1e-9)


def test_shrout_and_fleiss_1979() -> None:
    """Their Table 4: six targets, four judges; ICC .17, .29, .71 and for the mean .44, .62, .91."""
    targets = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = reliability(Ratings.from_matrix(targets, Scale(tuple(range(1, 11)))))
    assert [round(icc.estimate, 2) for icc in found.icc] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def test_intervals_cover_as_they_promise() -> None:
    rng, covered = np.random.default_rng(0), 0
    fine = Scale(tuple(range(400)))
    for _ in range(200):
        latent = rng.normal(size=(25, 1)) + 0.4 * rng.normal(size=(1, 5)) + 0.8 * rng.normal(size=(25, 5))
        codes = np.clip(np.round(200 + 40 * latent), 0, 399).astype(int)
        icc = {r.form: r for r in reliability(Ratings.from_matrix(codes.tolist(), fine)).icc}["ICC(A,1)"]
        covered += icc.ci_low < 1 / (1 + 0.16 + 0.64) < icc.ci_high
    assert 0.90 <= covered / 200 <= 0.99


def test_one_way_form_and_friedman_are_the_ones_of_scipy() -> None:
    table = paper_ratings("pelvis_ring").codes + 1
    ratio = f_oneway(*table).statistic
    found = of(table.tolist())
    assert found.icc[0].estimate == pytest.approx((ratio - 1) / (ratio + 3))
    assert found.friedman.p == pytest.approx(friedmanchisquare(*table.T).pvalue)


def test_perfect_agreement_and_a_constant_step_between_readers() -> None:
    same = of([[1, 1], [3, 3], [5, 5]])
    assert [(r.estimate, r.ci_low, r.ci_high) for r in same.icc] == [(1, 1, 1)] * 6
    assert same.kendall.w == 1
    assert same.friedman is None
    step = {r.form: r.estimate for r in of([[1, 2], [2, 3], [4, 5]]).icc}
    assert step["ICC(C,1)"] == 1
    assert step["ICC(A,1)"] < 0.85


def test_videos_that_do_not_differ_leave_what_can_be_said() -> None:
    found = of([[2, 4], [2, 4], [2, 4]])
    assert [r.form for r in found.icc] == ["ICC(1)", "ICC(A,1)", "ICC(A,k)"]
    assert found.kendall is None
    assert found.friedman.w == 1


@pytest.mark.parametrize("rows", [[[1, 2]], [[1], [2]], [[1, None], [None, 2], [3, 3]]])
def test_too_few_is_said(rows: list) -> None:
    assert of(rows).not_estimable == "needs two readers and two videos that every reader rated"


def test_constant_and_missing() -> None:
    assert of([[3, 3], [3, 3]]).not_estimable == "every rating falls in one category"
    part = of([[1, 2], [2, 2], [4, 5], [None, 5], [5, 5]])
    assert part.warnings == ("1 of 5 videos lack a rating and are left out",)
    assert part.icc == of([[1, 2], [2, 2], [4, 5], [5, 5]]).icc
    with pytest.raises(ValueError, match="between 0 and 1"):
        reliability(Ratings.from_matrix([[1, 2], [2, 2]], LIKERT5), confidence=95)
