"""The tables of second readings and of null videos, against counts and a coefficient worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from stats.report import CriterionFacts, StudyFacts, catch, repeats

STUDY = StudyFacts("s", "S", "A", "B", "?", (CriterionFacts("size", "Size", tuple("abcde")),))
COLUMNS = ["criterion", "specialty", "direction", "reader", "video", "reading", "score", "score_ab"]


def frame(rows):
    return DataFrame(
        [
            ("size", "surgeon", "AB", reader, video, reading, score, score)
            for reader, video, reading, score in rows
        ],
        columns=COLUMNS,
    )


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


SCORES = st.integers(1, 5)


@given(st.lists(st.tuples(SCORES, SCORES), min_size=2, max_size=12), SCORES)
def test_the_same_readings_agree_and_a_video_read_once_does_not_count(pairs, single):
    rows = [("R1", f"V{i}", reading, both[reading - 1]) for i, both in enumerate(pairs) for reading in (1, 2)]
    table = repeats(frame([*rows, ("R1", "once", 1, single)]), STUDY)
    everybody, own = table.rows
    assert everybody.cells[1].value == own.cells[1].value == len(pairs)
    same = sum(first == second for first, second in pairs) / len(pairs)
    assert everybody.cells[2].value == pytest.approx(same)
    assert everybody.cells[3].value == own.cells[3].value
    if same == 1 and len({score for pair in pairs for score in pair}) > 1:
        assert everybody.cells[3].value == pytest.approx(1)


def test_ac1_of_two_readings_by_hand():
    """Gwet (2014), AC1 = (pa − pe) / (1 − pe), pe = sum π(1 − π) / (q − 1): pa = 3/4, π = (1/2, 3/8, 1/8)."""
    table = repeats(
        frame(
            [
                (f"R{i % 2}", f"V{i}", reading, score)
                for i, both in enumerate([(1, 1), (1, 1), (2, 2), (2, 3)])
                for reading, score in enumerate(both, start=1)
            ]
        ),
        STUDY,
    )
    pe = (1 / 4 + 15 / 64 + 7 / 64) / 4
    assert table.rows[0].cells[3].value == pytest.approx((3 / 4 - pe) / (1 - pe))
    assert [row[0] for row in texts(table)] == ["Size", "R0", "R1"]


def test_null_videos_are_counted_by_the_size_of_the_change():
    rows = [("R1", "N1", 1, 3), ("R1", "N2", 1, 4), ("R2", "N1", 1, 1), ("R2", "N2", 1, 3)]
    assert texts(catch(frame(rows), STUDY)) == [
        ["Size", "4", "50% (2)", "25% (1)", "25% (1)"],
        ["R1", "2", "50% (1)", "50% (1)", "0% (0)"],
        ["R2", "2", "50% (1)", "0% (0)", "50% (1)"],
    ]


def test_without_ratings_the_tables_say_so():
    assert texts(repeats(frame([]), STUDY)) == [["Size", "0", "–", "–", "–", "–"]]
    assert texts(catch(frame([]), STUDY)) == [["Size", "0", "", "", ""]]
