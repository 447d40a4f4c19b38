"""Where a number cannot be had, the result says why; where the question is wrong, an error does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stats.agreement import LIKERT5, Ratings, Scale, agreement, benchmark, new_readers, weight_matrix


def table(*rows: list[Any]) -> Ratings:
    return Ratings.from_matrix(rows, LIKERT5)


def test_constant_ratings_agree_fully_but_are_no_test() -> None:
    result = agreement(table([3, 3, 3], [3, 3, 3], [3, 3, 3]))
    assert (result.estimate, result.se, result.ci_low, result.ci_high) == (1.0, 0.0, 1.0, 1.0)
    assert result.p_two_sided is None
    assert "no test" in result.warnings[0]


@pytest.mark.parametrize("coefficient", ["fleiss", "conger", "alpha"])
def test_constant_ratings_leave_kappa_undefined(coefficient: str) -> None:
    result = agreement(table([3, 3, 3], [3, 3, 3]), coefficient=coefficient)
    assert result.estimate is None
    assert "one category" in result.not_estimable


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[None, None], [None, None]], "no ratings"),
        ([[1, None], [2, None]], "only one reader rated"),
        ([[1, None], [None, 2]], "no video was rated by two readers"),
    ],
)
def test_what_cannot_be_estimated_says_why(rows: list[list[int | None]], reason: str) -> None:
    ratings = table(*rows)
    assert agreement(ratings).not_estimable == reason
    assert new_readers(ratings).not_estimable == reason


def test_nobody_and_nothing() -> None:
    assert agreement(Ratings.from_long({}, LIKERT5)).not_estimable == "no ratings"
    assert agreement(Ratings.from_matrix([], LIKERT5)).not_estimable == "no ratings"


def test_one_video_gives_an_estimate_without_an_error() -> None:
    result = agreement(table([2, 2, 3]))
    assert result.estimate is not None
    assert result.se is None
    assert "one video only" in result.warnings[0]


def test_a_video_nobody_rated_does_not_count() -> None:
    with_gap = agreement(table([1, 1], [None, None], [2, 3], [4, 4]))
    assert with_gap == agreement(table([1, 1], [2, 3], [4, 4]))
    assert with_gap.n_subjects == 3


def test_singly_rated_videos_are_warned_about() -> None:
    result = agreement(table([1, 1], [2, 3], [4, None], [None, 5]))
    assert "2 of 4 videos were rated by one reader only" in result.warnings[0]


def test_two_readers_say_nothing_about_others() -> None:
    assert "three readers" in new_readers(table([1, 1], [2, 3], [4, 5])).not_estimable


def test_finite_population_of_readers_removes_their_share() -> None:
    ratings = table([1, 1, 2], [2, 3, 2], [4, 5, 4], [3, 3, 3])
    everyone = new_readers(ratings, reader_population=3)
    assert everyone.se == pytest.approx(agreement(ratings).se)


def test_clusters_of_one_video_change_nothing_and_whole_patients_do() -> None:
    ratings = table([1, 1, 2], [2, 3, 2], [4, 5, 4], [3, 3, 3])
    plain = agreement(ratings)
    assert agreement(ratings, clusters=["a", "b", "c", "d"]).se == pytest.approx(plain.se)
    # With each video doubled inside its patient there is no new information: the SE stays.
    doubled = Ratings.from_matrix(np.repeat(ratings.codes + 1, 2, axis=0).tolist(), LIKERT5)
    assert agreement(doubled, clusters=list("aabbccdd")).se == pytest.approx(plain.se)
    assert agreement(doubled).se < plain.se * 0.8


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: table([1, 6]), "Score 6 is not on the scale"),
        (lambda: table([1, 2], [1]), "differ in length"),
        (lambda: Scale((1, 3, 2)), "must ascend"),
        (lambda: Scale((1,)), "at least two"),
        (lambda: Scale((1, 1)), "twice"),
        (lambda: Scale((1, "two")), "mixes"),
        (lambda: agreement(table([1, 2]), weights="quadradic"), "Unknown weights 'quadradic'"),
        (lambda: agreement(table([1, 2]), coefficient="kappa"), "Unknown coefficient 'kappa'"),
        (lambda: agreement(table([1, 2]), confidence=95), "between 0 and 1"),
        (lambda: agreement(table([1, 2], [2, 2]), population=1), "smaller than the sample"),
        (lambda: agreement(table([1, 2], [2, 2]), clusters=["a"]), "one cluster label"),
        (lambda: weight_matrix("ratio", Scale((0, 1, 2))), "above zero"),
        (lambda: weight_matrix(np.ones((2, 2)), LIKERT5), "5 categories"),
        (lambda: weight_matrix(np.triu(np.ones((5, 5))), LIKERT5), "symmetric"),
        (lambda: benchmark(0.5, 0.1, scale="mine"), "Unknown benchmark scale"),
    ],
)
def test_wrong_questions_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_text_categories_keep_their_declared_order() -> None:
    """Alphabetical order (mild, moderate, none, severe) would weigh none against severe as neighbours."""
    grades = ("none", "mild", "moderate", "severe")
    words = [["none", "mild"], ["severe", "severe"], ["mild", "mild"], ["moderate", "severe"]]
    ranks = [[grades.index(word) + 1 for word in row] for row in words]
    by_word = agreement(Ratings.from_matrix(words, Scale(grades)), weights="quadratic")
    by_rank = agreement(Ratings.from_matrix(ranks, Scale((1, 2, 3, 4))), weights="quadratic")
    assert by_word.estimate == by_rank.estimate


def test_a_certain_coefficient_has_a_certain_benchmark() -> None:
    assert benchmark(1.0, 0.0).level == "Almost perfect"
    assert benchmark(0.6, 0.0).level == "Moderate"


def test_many_readers_are_counted_without_collapse() -> None:
    """200 readers on 9 categories have more possible patterns than an integer can number."""
    rng = np.random.default_rng(3)
    codes = rng.integers(1, 10, size=(6, 200))
    scale = Scale(tuple(range(1, 10)))
    result = agreement(Ratings.from_matrix(codes.tolist(), scale), coefficient="conger")
    shuffled = Ratings.from_matrix(codes[:, ::-1].tolist(), scale)
    assert result.estimate == pytest.approx(agreement(shuffled, coefficient="conger").estimate)
    assert agreement(shuffled).pa == pytest.approx(result.pa)


@pytest.mark.parametrize("categories", [(1, 2, 3, 4, 5), (0, 1.5, 7)])
def test_an_array_is_read_as_its_list_is(categories: tuple[float, ...]) -> None:
    rng = np.random.default_rng(0)
    scores = rng.choice([*categories, np.nan], size=(40, 3))
    from_array = Ratings.from_matrix(scores, Scale(categories))
    from_list = Ratings.from_matrix(scores.tolist(), Scale(categories))
    np.testing.assert_array_equal(from_array.codes, from_list.codes)
    assert list(from_array.subjects) == list(from_list.subjects)
    for wrong in (-1.0, categories[0] + 0.5, categories[-1] + 1.0, np.inf):
        spoilt = scores.copy()
        spoilt[7, 1] = wrong
        with pytest.raises(ValueError, match=f"Score {wrong} is not on the scale"):
            Ratings.from_matrix(spoilt, Scale(categories))
    with pytest.raises(ValueError, match="not on the scale"):
        Ratings.from_matrix(scores, Scale(("none", "mild")))


def test_collapsing_by_counting_and_by_sorting_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = np.random.default_rng(1).choice([1, 2, 3, 4, 5, np.nan], size=(50, 3))
    counted = Ratings.from_matrix(codes, LIKERT5)
    assert len(counted.counts.rows) > 1
    monkeypatch.setattr("stats.agreement.ratings.SPARSE", -(10**9))
    sorted_ = Ratings.from_matrix(codes, LIKERT5)
    for one, other in ((counted.counts, sorted_.counts), (counted.ordered, sorted_.ordered)):
        np.testing.assert_array_equal(one.rows, other.rows)
        np.testing.assert_array_equal(one.frequency, other.frequency)
        np.testing.assert_array_equal(one.index, other.index)


def test_levels_of_ones_own() -> None:
    own = [(0.7, "good"), (0.5, "fair"), (-1.0, "poor")]
    assert benchmark(0.83, 0.05, scale=own).level == "good"
    assert benchmark(0.72, 0.05, scale=own).level == "fair"
    for wrong in ([], [(0.5, "fair")], [(0.5, "fair"), (0.7, "good"), (-1.0, "poor")]):
        with pytest.raises(ValueError, match="descend"):
            benchmark(0.5, 0.1, scale=wrong)
