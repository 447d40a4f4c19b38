"""Tables of small made-up studies, where every number can be worked out by hand."""

from __future__ import annotations

import pytest
from pandas import DataFrame

from generation.spreadsheets import harmless
from stats.report import (
    FORMATS,
    CriterionFacts,
    Selection,
    StudyFacts,
    likert_bars,
    likert_svgs,
    table2,
    table3,
)
from stats.report.html_format import html_table

ANCHORS = ("far less", "less", "same", "more", "far more")
COLUMNS = ["criterion", "video", "reader", "specialty", "direction", "score_ab"]
STUDY = StudyFacts(
    slug="made-up",
    title="Made up",
    group_a="A",
    group_b="B",
    question="How does the [criterion] change?",
    criteria=(CriterionFacts("size", "Size | <b>", ANCHORS, "Smaller", "Larger"),),
)


def ratings(*scores: tuple[str, str, int]) -> DataFrame:
    """Rows (video, reader, score): reader R1 is a surgeon; videos whose name ends in b were shown B→A."""
    rows = [
        (
            "size",
            video,
            reader,
            "surgeon" if reader == "R1" else "radiologist",
            "BA" if video[-1] == "b" else "AB",
            s,
        )
        for video, reader, s in scores
    ]
    return DataFrame(rows, columns=COLUMNS)


def row3(frame: DataFrame) -> dict[str, str]:
    table = table3(frame, STUDY)
    return {column.key: cell.text for column, cell in zip(table.columns, table.rows[0].cells, strict=True)}


@pytest.mark.parametrize(
    ("scores", "in_b", "in_a"),
    [([1, 2], "Smaller", "Larger"), ([4, 5], "Larger", "Smaller"), ([3, 3], "No change", "No change")],
)
def test_the_direction_follows_the_median(scores: list[int], in_b: str, in_a: str) -> None:
    found = row3(ratings(*(("V1", f"R{i}", score) for i, score in enumerate(scores))))
    assert (found["in_b"], found["in_a"]) == (in_b, in_a)


def test_nothing_rated_is_said_in_every_cell() -> None:
    found = row3(ratings())
    assert found["ac1"] == "not estimable"
    assert found["ci"] == found["p"] == found["benchmark"] == "–"
    assert found["size"] == "0 × 0"
    assert [row.cells[1].text for row in table2(ratings(), STUDY).rows] == ["no ratings", "", "", "", "", ""]


def test_full_agreement_has_no_interval_no_p_and_no_benchmark() -> None:
    found = row3(ratings(*((f"V{v}", f"R{r}", 2) for v in range(3) for r in range(3))))
    assert (found["ac1"], found["se"]) == ("1.00", "0.000")
    assert found["ci"] == found["p"] == found["benchmark"] == "–"


def test_two_readers_get_no_error_for_new_readers_and_a_footnote() -> None:
    table = table3(ratings(("V1", "R1", 1), ("V1", "R2", 2), ("V2", "R1", 4), ("V2", "R2", 4)), STUDY)
    cell = table.rows[0].cells[6]
    assert cell.text == "–"
    footnote = next(note for note in table.footnotes if note.mark in cell.marks)
    assert "three readers" in footnote.text


def test_selection_takes_a_part() -> None:
    frame = ratings(("V1", "R1", 1), ("V1", "R2", 5), ("V2b", "R1", 2))
    assert Selection(specialty="surgeon").of(frame)["score_ab"].tolist() == [1, 2]
    assert Selection(direction="BA").of(frame)["score_ab"].tolist() == [2]
    assert Selection("surgeon", "AB").words() == "surgeons only, videos shown A→B only"
    with pytest.raises(ValueError, match="dentist"):
        Selection(specialty="dentist")
    with pytest.raises(ValueError, match="Direction"):
        Selection(direction="CD")


@pytest.mark.parametrize("suffix", ["html", "md", "csv"])
def test_names_cannot_break_out_of_a_format(suffix: str) -> None:
    text = FORMATS[suffix].render(table2(ratings(("V1", "R1", 1)), STUDY)).decode()
    assert suffix == "csv" or "<b>" not in text
    if suffix == "md":
        assert all(
            line.replace("\\|", "").count("|") == 4 for line in text.splitlines() if line.startswith("|")
        )


def test_the_bar_is_centred_on_no_change_and_holds_every_rating() -> None:
    frame = ratings(("V1", "R1", 1), ("V1", "R2", 3), ("V2", "R1", 3), ("V2", "R2", 5))
    bar = likert_bars(frame, STUDY)[0]
    assert [(s.x, s.width) for s in bar.segments] == [(50, 25), (75, 0), (75, 50), (125, 0), (125, 25)]
    drawings = likert_svgs([bar])
    table = table2(frame, STUDY)
    assert len(drawings) == len(table.rows)
    assert "far less 25 %; same 50 %; far more 25 %" in drawings[0]
    assert html_table(table, drawings=drawings).count("<svg") == 6


def test_a_bar_without_ratings_says_so() -> None:
    assert "no ratings" in likert_svgs(likert_bars(ratings(), STUDY))[0]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "  =1+1"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"
