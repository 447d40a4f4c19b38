"""Comparisons on the same videos. The golden values are R's: paired t on irrCAC's subject-level values."""

from __future__ import annotations

from typing import Any

import pytest

from stats.agreement import LIKERT5, Ratings, Scale, agreement
from stats.agreement.comparison import by_category, by_pairs_of_readers, by_repeats, compare
from tests.stats.golden import GOLDEN, golden_ratings

PAIRED = [
    (weights, coefficient, key, groups)
    for weights, coefficients in GOLDEN["inference_R"]["values"]["likert25x4_complete"].items()
    for coefficient in coefficients
    for key, groups in {
        "paired_12_vs_34": ([0, 1], [2, 3]),
        "paired_12_vs_all": ([0, 1], [0, 1, 2, 3]),
    }.items()
]


@pytest.mark.parametrize(("weights", "coefficient", "key", "groups"), PAIRED)
def test_groups_of_readers(
    weights: str, coefficient: str, key: str, groups: tuple[list[int], list[int]]
) -> None:
    expected = GOLDEN["inference_R"]["values"]["likert25x4_complete"][weights][coefficient][key]
    ratings = golden_ratings("likert25x4_complete")
    result = compare(
        ratings.only(groups[0]),
        ratings.only(groups[1]),
        coefficient=coefficient,
        weights={"unweighted": "identity"}.get(weights, weights),
    )
    ours = {"diff": result.difference, "se": result.se, "t": result.t, "p": result.p_two_sided}
    assert ours == pytest.approx({name: expected[name] for name in ours}, abs=1e-9)
    assert result.df == 24


def test_the_paper_s_surgeons_do_not_agree_provably_more(paper: dict[str, Ratings]) -> None:
    """.72 against .60 sounds like much; with 30 videos it is not told apart from chance."""
    ratings = paper["cortical_thickness"]
    surgeons, radiologists = ratings.only(["R1", "R2"]), ratings.only(["R3", "R4"])
    result = compare(surgeons, radiologists)
    assert result.difference == pytest.approx(0.245, abs=5e-4)
    assert result.se == pytest.approx(0.147, abs=5e-4)
    assert result.p_two_sided == pytest.approx(0.107, abs=5e-4)
    assert 0.12 < compare(surgeons, ratings).p_two_sided < 0.22


def test_swapping_the_groups_swaps_the_sign(paper: dict[str, Ratings]) -> None:
    first, second = paper["pelvis_ring"], paper["osteoarthritis"]
    there, back = compare(first, second), compare(second, first)
    assert there.difference == pytest.approx(-back.difference)
    assert (there.ci_low, there.ci_high) == pytest.approx((-back.ci_high, -back.ci_low))
    assert there.p_two_sided == pytest.approx(back.p_two_sided)


def test_the_order_of_videos_does_not_matter(paper: dict[str, Ratings]) -> None:
    first, second = paper["pelvis_ring"], paper["osteoarthritis"]
    shuffled = Ratings(second.codes[::-1], second.scale, second.subjects[::-1], second.readers)
    assert compare(first, shuffled).se == pytest.approx(compare(first, second).se, abs=1e-12)


def test_videos_that_one_side_lacks_are_left_out_and_said() -> None:
    scores: dict[Any, int] = {(f"V{v}", r): 1 + (v * r) % 5 for v in range(8) for r in (1, 2, 3)}
    whole = Ratings.from_long(scores, LIKERT5)
    part = Ratings.from_long({key: score for key, score in scores.items() if key[0] < "V6"}, LIKERT5)
    result = compare(whole, part)
    assert "2 videos" in result.warnings[0]
    assert result.first == result.second
    assert result.not_estimable == "every video differs alike: no test"


def test_what_cannot_be_compared_says_why() -> None:
    rated = Ratings.from_matrix([[1, 2], [2, 2]], LIKERT5)
    alone = Ratings.from_matrix([[1, None], [2, None]], LIKERT5)
    assert compare(rated, alone).not_estimable == "only one reader rated"
    elsewhere = Ratings.from_matrix([[1, 2]], LIKERT5, subjects=["other"])
    assert compare(rated, elsewhere).not_estimable == "no ratings"
    single = Ratings.from_matrix([[1, 2], [2, None], [3, 3]], LIKERT5)
    both = Ratings.from_matrix([[1, 2], [2, 1], [3, 5]], LIKERT5)
    assert "two ratings of every video" in compare(single, both, coefficient="alpha").not_estimable


def test_pairs_of_readers(paper: dict[str, Ratings]) -> None:
    pairs = by_pairs_of_readers(paper["cortical_thickness"])
    assert len(pairs) == 6
    assert pairs["R1", "R2"].estimate == pytest.approx(0.7195, abs=5e-5)


def test_specific_agreement_worked_out_by_hand() -> None:
    """Two readers, 3 × (1,1), 1 × (1,2), 2 × (2,2): p_1 = 6/7, p_2 = 4/5; nobody chose 3 to 5."""
    ratings = Ratings.from_matrix([[1, 1]] * 3 + [[1, 2]] + [[2, 2]] * 2, LIKERT5)
    assert by_category(ratings) == pytest.approx((6 / 7, 4 / 5, None, None, None))


def test_counts_and_contingency_tables_give_the_same_as_raw_ratings() -> None:
    raw = Ratings.from_matrix([[1, 1]] * 3 + [[1, 2]] + [[2, 2]] * 2, LIKERT5)
    table = [[3, 1, 0, 0, 0], [0, 2, 0, 0, 0]] + [[0] * 5] * 3
    square = Ratings.from_contingency(table, LIKERT5)
    counts = Ratings.from_counts([[2, 0, 0, 0, 0]] * 3 + [[1, 1, 0, 0, 0]] + [[0, 2, 0, 0, 0]] * 2, LIKERT5)
    assert agreement(square, coefficient="conger") == agreement(raw, coefficient="conger")
    assert agreement(counts, coefficient="fleiss") == agreement(raw, coefficient="fleiss")
    assert "not which reader" in agreement(counts, coefficient="conger").not_estimable


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Ratings.from_counts([[1, 2]], LIKERT5), "5 columns"),
        (lambda: Ratings.from_counts([[1, 0.5, 0, 0, 0]], LIKERT5), "whole numbers"),
        (lambda: Ratings.from_contingency([[1, 2]], LIKERT5), "5 × 5"),
        (lambda: Ratings.from_contingency([[-1] * 5] * 5, LIKERT5), "whole numbers"),
    ],
)
def test_wrong_counts_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("criterion", GOLDEN["paper_reconstruction_R"])
def test_repeats_are_held_to_irrcacs_two_raters(paper: dict[str, Ratings], criterion: str) -> None:
    """The surgeons' two columns given as two readings of one reader; irrCAC's values have five decimals."""
    expected = GOLDEN["paper_reconstruction_R"][criterion]["ac1_surgeons_q5"]
    readings = [
        Ratings(paper[criterion].only([surgeon]).codes, LIKERT5, paper[criterion].subjects, ("R",))
        for surgeon in ("R1", "R2")
    ]
    found = by_repeats(*readings)["R"]
    assert found.estimate == pytest.approx(expected["coeff.val"], abs=5.1e-6)
    assert found.se == pytest.approx(expected["coeff.se"], abs=5.1e-6)


def test_repeats_of_readers_who_read_once_are_left_out() -> None:
    first = Ratings.from_matrix([[1, 2], [2, 2], [5, 4]], LIKERT5, readers=["R1", "R2"])
    second = Ratings.from_matrix([[1], [2], [5]], LIKERT5, readers=["R1"])
    found = by_repeats(first, second)
    assert {reader: result.estimate for reader, result in found.items()} == {"R1": 1.0}
    with pytest.raises(ValueError, match="same scale"):
        by_repeats(first, Ratings.from_matrix([[1]], Scale((1, 2))))
