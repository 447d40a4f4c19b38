from __future__ import annotations

import csv
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.ordinal import a_to_b, frequencies, half_up, largest_remainder, quartiles
from tests.stats.golden import GOLDEN, ROOT

# Table 2 of the paper as printed; the one impossible entry, cortical thickness "2 (1)", is computed.
PRINTED = {
    "pelvis_ring": ((44, 33, 11, 12, 0), "2 (1)"),
    "obturator_foramen": ((57, 28, 15, 0, 0), "1 (1)"),
    "interacetabular_distance": ((66, 28, 5, 1, 0), "1 (1)"),
    "neck_shaft_angle": ((43, 43, 14, 0, 0), "2 (1)"),
    "cortical_thickness": ((1, 6, 26, 27, 40), "4 (2)"),
    "osteoarthritis": ((2, 6, 13, 18, 61), "5 (1)"),
}


@pytest.fixture(scope="module")
def paper_scores() -> dict[str, list[int]]:
    scores = defaultdict(list)
    with (ROOT / "stats/data/paper_ratings.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            scores[row["criterion"]].append(int(row["score"]))
    return scores


@pytest.mark.parametrize("criterion", PRINTED)
def test_the_paper_s_table_2(paper_scores: dict[str, list[int]], criterion: str) -> None:
    percent, median = PRINTED[criterion]
    expected = GOLDEN["paper_reconstruction_R"][criterion]
    found = frequencies(paper_scores[criterion])
    quarters = quartiles(paper_scores[criterion])
    assert found.percent == percent
    assert list(found.counts) == expected["counts"]
    assert str(quarters) == median
    assert [quarters.q1, quarters.median, quarters.q3] == expected["quartiles_type7"]


@given(st.lists(st.integers(0, 500), min_size=1, max_size=9).filter(any))
def test_percentages_total_100_and_stay_within_one_point(counts: list[int]) -> None:
    percent = largest_remainder(counts)
    assert sum(percent) == 100
    assert all(abs(p - 100 * c / sum(counts)) < 1 for p, c in zip(percent, counts, strict=True))
    assert all(p == 0 for p, c in zip(percent, counts, strict=True) if c == 0)


def test_no_ratings_give_no_percentages_and_no_median() -> None:
    assert frequencies([]).percent == (0, 0, 0, 0, 0)
    assert quartiles([]) is None


def test_a_whole_and_a_half() -> None:
    assert str(quartiles([1, 2])) == "1.5 (0.5)"
    assert half_up(2.5, 0) == "3"
    assert half_up(0.285, 2) == "0.29"  # 0.285 is stored as 0.28499…; the printed digits decide


@given(st.integers(1, 5), st.sampled_from(["AB", "BA"]))
def test_turning_a_direction_twice_is_no_change(score: int, direction: str) -> None:
    assert a_to_b(a_to_b(score, direction), direction) == score


@pytest.mark.parametrize(("score", "direction"), [(0, "AB"), (6, "BA"), (3, "ab")])
def test_wrong_scores_and_directions_are_refused(score: int, direction: str) -> None:
    with pytest.raises(ValueError, match=r"not on the scale|Direction is"):
        a_to_b(score, direction)


def test_frequencies_refuse_a_score_off_the_scale() -> None:
    with pytest.raises(ValueError, match="Score 6"):
        frequencies([1, 6])
