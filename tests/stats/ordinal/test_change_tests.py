from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test
from statsmodels.api import OLS

from stats.ordinal import change_tests
from stats.ordinal.change_tests import crossed_t, sign_by_video, sign_flip_by_video, wilcoxon_by_video
from tests.stats.golden import GOLDEN
from tests.stats.paper import CRITERIA, paper_columns

BY_VIDEO = (wilcoxon_by_video, sign_by_video, sign_flip_by_video)


def simulated(rng: np.random.Generator, *, reader_sd: float = 0.0) -> tuple[list, list, list]:
    """20 videos × 4 readers that change nothing on average: video SD 1.2, readers' own shifts, noise .7."""
    video, reader = np.repeat(np.arange(20), 4), np.tile(np.arange(4), 20)
    latent = 1.2 * rng.normal(size=20)[video] + reader_sd * rng.normal(size=4)[reader]
    scores = 3 + np.clip(np.round(latent + 0.7 * rng.normal(size=80)), -2, 2)
    return scores.astype(int).tolist(), video.tolist(), reader.tolist()


@pytest.mark.parametrize("criterion", CRITERIA)
def test_agrees_with_r_wilcox_test_and_binom_test(criterion: str) -> None:
    columns, expected = paper_columns(criterion), GOLDEN["other_R"]["values"][criterion]
    ranks = wilcoxon_by_video(columns["score"], columns["video"])
    assert ranks.statistic == expected["wilcoxon_video_mean_vs3"]["V"]
    assert ranks.p_two_sided == pytest.approx(expected["wilcoxon_video_mean_vs3"]["p"], rel=1e-12)
    signs = sign_by_video(columns["score"], columns["video"])
    assert [signs.down, signs.up, signs.tied] == [
        expected["sign_video_mean_vs3"][key] for key in ("neg", "pos", "tie")
    ]
    assert signs.p_two_sided == pytest.approx(expected["sign_video_mean_vs3"]["p"], rel=1e-12)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4)), min_size=1, max_size=25))
def test_sign_flips_agree_with_counting_every_outcome(rows: list[tuple[int, int]]) -> None:
    scores, videos = [score for score, _ in rows], [video for _, video in rows]
    changes = [np.mean([s - 3 for s, v in rows if v == video]) for video in dict.fromkeys(videos)]
    moved = [change for change in changes if abs(change) > 1e-9]
    found = sign_flip_by_video(scores, videos)
    if not moved:
        assert found.p_two_sided is None
        return
    outcomes = [abs(np.dot(signs, moved)) for signs in product([1, -1], repeat=len(moved))]
    share = np.mean([outcome >= abs(sum(moved)) - 1e-9 for outcome in outcomes])
    assert found.p_two_sided == pytest.approx(share)


def test_sign_flips_agree_with_scipy() -> None:
    scores, videos, _ = simulated(np.random.default_rng(8))
    means = np.array(scores, float).reshape(-1, 4)[:9].mean(axis=1) - 3
    peer = permutation_test((means,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert sign_flip_by_video(scores[:36], videos[:36]).p_two_sided == pytest.approx(peer.pvalue)


def test_drawn_flips_approach_the_exact_p_and_repeat_with_their_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    scores, videos, _ = simulated(np.random.default_rng(3))
    exact = sign_flip_by_video(scores, videos).p_two_sided
    monkeypatch.setattr(change_tests, "EXACT_COST", 0)
    drawn = sign_flip_by_video(scores, videos, seed=5)
    assert drawn.p_two_sided == pytest.approx(exact, abs=0.006)
    assert drawn == sign_flip_by_video(scores, videos, seed=5)
    assert drawn.method == "99999 random sign flips, seed 5"


def test_crossed_standard_error_is_the_two_way_one_of_statsmodels() -> None:
    columns = paper_columns("cortical_thickness")
    video, reader = (np.unique(columns[name], return_inverse=True)[1] for name in ("video", "reader"))
    y = np.array(columns["score"], float) - 3
    peer = OLS(y, np.ones(len(y))).fit(
        cov_type="cluster", cov_kwds={"groups": np.column_stack([video, reader]), "use_correction": True}
    )
    found = crossed_t(columns["score"], columns["video"], columns["reader"])
    assert found.mean_change == pytest.approx(peer.params[0])
    assert found.mean_change / found.statistic == pytest.approx(peer.bse[0], rel=1e-9)


def test_false_alarms_stay_at_five_percent_where_single_ratings_would_give_many() -> None:
    rng, repeats = np.random.default_rng(0), 150
    alarms = np.zeros(4)
    for _ in range(repeats):
        scores, videos, _ = simulated(rng)
        tests = [test(scores, videos) for test in BY_VIDEO] + [wilcoxon_by_video(scores, range(80))]
        alarms += [test.p_two_sided < 0.05 for test in tests]
    *by_video, by_rating = alarms / repeats
    assert max(by_video) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / repeats)
    assert by_rating > 0.2


def test_readers_with_shifts_of_their_own_need_the_crossed_test() -> None:
    rng, repeats = np.random.default_rng(1), 150
    alarms = np.zeros(2)
    for _ in range(repeats):
        scores, videos, readers = simulated(rng, reader_sd=0.8)
        tests = [sign_flip_by_video(scores, videos), crossed_t(scores, videos, readers)]
        alarms += [test.p_two_sided < 0.05 for test in tests]
    assert alarms[0] / repeats > 0.12
    assert alarms[1] / repeats < 0.05 + 3 * np.sqrt(0.05 * 0.95 / repeats)


@pytest.mark.parametrize("test", BY_VIDEO)
def test_no_change_anywhere_and_no_ratings_are_said(test) -> None:
    still = test([3, 3, 2, 4], ["a", "a", "b", "b"])
    assert (still.p_two_sided, still.tied, still.mean_change) == (None, 2, 0)
    assert still.not_estimable == "every video's mean is exactly 'does not change'"
    assert test([], []).not_estimable == "no ratings"
    assert test([None], ["a"]).not_estimable == "no ratings"


@pytest.mark.parametrize("test", BY_VIDEO)
def test_constant_change_is_the_strongest_evidence_that_the_videos_can_give(test) -> None:
    found = test([1] * 24, [*range(6)] * 4)
    assert found.down == 6
    assert found.p_two_sided <= 2 / 2**6 + 1e-12
    assert found.alternative.startswith("two-sided")


def test_what_the_crossed_test_cannot_do_is_said() -> None:
    assert crossed_t([1] * 4, "aabb", "xyxy").not_estimable == "neither video means nor reader means vary"
    assert crossed_t([1, 2], "ab", "xx").not_estimable == "needs at least two videos and two readers"
    assert crossed_t([], "", "").not_estimable == "no ratings"
    balanced = crossed_t([1, 1, 5, 5], "aabb", "xyxy")
    assert (balanced.statistic, balanced.p_two_sided) == (0, 1)


def test_missing_scores_are_left_out() -> None:
    assert sign_by_video([1, None, 2, 5], "aabc") == sign_by_video([1, 2, 5], "abc")


def test_other_centres_and_lengths() -> None:
    assert wilcoxon_by_video([2, 2, 1], "abc", centre=2).down == 1
    with pytest.raises(ValueError, match="shorter"):
        sign_by_video([1, 2], "a")
