"""Tests against no change and comparisons of agreement, on the paper's reconstruction and on made-up ratings.

Golden values are R's: wilcox.test, binom.test, ordinal::clmm, psych::ICC, friedman.test (`tests/golden`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pandas import DataFrame
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from stats.agreement import LIKERT5, Ratings, agreement
from stats.ordinal.mixed_model import likelihood_ratio
from stats.report import Selection, Table, table2_tests, table3_comparisons
from stats.report.table import Cell
from tests.stats.golden import GOLDEN
from tests.stats.ordinal.test_mixed_model import paper_model
from tests.stats.paper import CRITERIA
from tests.stats.report.test_supplement import STUDY, frame, values

__all__ = ["frame"]

KEYS = {criterion.name: criterion.key for criterion in STUDY.criteria}
NAMES = {key: name for name, key in KEYS.items()}


def lines(table: Table) -> dict[str, dict[str, dict[str, Cell]]]:
    """{criterion: {comparison: {column: cell}}} of the comparisons."""
    found: dict[str, dict[str, dict[str, Cell]]] = {}
    for row in table.rows:
        cells = dict(zip((column.key for column in table.columns), row.cells, strict=True))
        if row.heading:
            of_criterion = found[KEYS[row.cells[0].text]] = {}
        else:
            of_criterion[row.cells[0].text] = cells
    return found


def footnotes(table: Table, cell: Cell) -> list[str]:
    texts = {footnote.mark: footnote.text for footnote in table.footnotes}
    return [texts[mark] for mark in cell.marks]


def test_tests_against_no_change_are_r_s(frame: DataFrame) -> None:
    table = table2_tests(frame, STUDY)
    golden = [GOLDEN["other_R"]["values"][key] for key in CRITERIA]
    assert [KEYS[row.cells[0].text] for row in table.rows] == list(CRITERIA)
    for column, test in (("wilcoxon", "wilcoxon_video_mean_vs3"), ("sign", "sign_video_mean_vs3")):
        assert values(table, column) == pytest.approx([g[test]["p"] for g in golden], rel=1e-9)
    counted = [g["sign_video_mean_vs3"] for g in golden]
    assert [row.cells[2].text for row in table.rows] == [
        f"{c['neg']} / {c['tie']} / {c['pos']}" for c in counted
    ]
    means = frame.groupby("criterion")["score_ab"].mean()
    assert values(table, "mean") == pytest.approx([means[key] for key in CRITERIA])
    holm = multipletests(values(table, "flip"), method="holm")[1]
    assert values(table, "flip_holm") == pytest.approx(list(holm), rel=1e-9)


def test_the_effect_of_specialty_is_clmm_s_and_near_separation_is_told(frame: DataFrame) -> None:
    table = table2_tests(frame, STUDY)
    golden = [GOLDEN["clmm_R"]["values"][key] for key in CRITERIA]
    assert values(table, "role") == pytest.approx([g["role_surgeon"] for g in golden], abs=5e-5)
    assert values(table, "role_se") == pytest.approx([g["se"] for g in golden], rel=2e-3)
    position = [column.key for column in table.columns].index("role")
    told = {KEYS[row.cells[0].text]: footnotes(table, row.cells[position]) for row in table.rows}
    near = {key for key, texts in told.items() if any("near-separable" in text for text in texts)}
    assert near == {"obturator_foramen", "interacetabular_distance", "osteoarthritis"}
    for key, g, p in zip(CRITERIA, golden, values(table, "role_p"), strict=True):
        wald = 2 * norm.sf(abs(g["role_surgeon"] / g["se"]))
        gain = likelihood_ratio(paper_model(key), paper_model(key, role=False))
        assert p == pytest.approx(gain.p if key in near else wald, rel=5e-3)


def test_one_specialty_alone_has_no_effect_and_no_comparison(frame: DataFrame) -> None:
    surgeons = Selection(specialty="surgeon")
    assert "role" not in [column.key for column in table2_tests(frame, STUDY, surgeons).columns]
    pelvis = lines(table3_comparisons(frame, STUDY, surgeons))["pelvis_ring"]
    assert not [name for name in pelvis if "surgeons" in name]


def test_specialties_are_compared_as_r_does(frame: DataFrame) -> None:
    cortical = lines(table3_comparisons(frame, STUDY))["cortical_thickness"]
    apart = cortical["AC1: surgeons − radiologists"]
    found = (apart["estimate"].value, apart["se"].value, apart["p"].value)
    assert found == pytest.approx((0.245, 0.147, 0.107), abs=5e-4)
    assert 0.12 < cortical["AC1: surgeons − all readers"]["p"].value < 0.22


def test_other_measures_are_r_s(frame: DataFrame) -> None:
    for key, found in lines(table3_comparisons(frame, STUDY)).items():
        golden = GOLDEN["other_R"]["values"][key]
        low, high = golden["ICC"]["ICC2_ci"]
        assert found["ICC(A,1)"]["estimate"].value == pytest.approx(golden["ICC"]["ICC2"], abs=1e-6)
        assert found["ICC(A,1)"]["ci"].text == f"{low:.2f} to {high:.2f}"
        kendall, friedman = (found[name] for name in found if name.startswith(("Kendall", "Friedman")))
        assert kendall["estimate"].value == pytest.approx(golden["kendallW_videos"]["W"])
        assert friedman["estimate"].value == pytest.approx(golden["friedman_readers"]["chisq"])
        assert friedman["p"].value == pytest.approx(golden["friedman_readers"]["p"])
    assert found["AC1 without one reader: range"]["estimate"].text == "0.53 to 0.73"


def test_holm_is_taken_over_criteria_for_each_comparison(frame: DataFrame) -> None:
    found = lines(table3_comparisons(frame, STUDY))
    for name in found["pelvis_ring"]:
        p = [found[key][name]["p"].value for key in CRITERIA]
        if None not in p:
            holm = [found[key][name]["p_holm"].value for key in CRITERIA]
            assert holm == pytest.approx(list(multipletests(p, method="holm")[1])), name


def in_order(scores: dict[str, list[int]], *, loaded_at_once: bool = False) -> DataFrame:
    """Eight videos; R1 and R2 read them forwards, R3 and R4 backwards. ``scores``: by reader, as read."""
    start = datetime(2025, 3, 1, tzinfo=UTC)
    rows = []
    for reader, given in scores.items():
        for position, score in enumerate(given, start=1):
            video = position if reader in ("R1", "R2") else 9 - position
            at = start if loaded_at_once else start + timedelta(hours=position)
            rows.append(("pelvis_ring", f"V{video}", reader, "surgeon", "AB", score, position, at))
    columns = ["criterion", "video", "reader", "specialty", "direction", "score_ab"]
    return DataFrame(rows, columns=[*columns, "position", "submitted_at"])


LEARNING = {"R1": [1, 2, 4, 5, 2, 4, 1, 2], "R2": [1, 2, 4, 4, 2, 3, 2, 2]} | {
    "R3": [2, 5, 3, 2, 5, 4, 1, 1],
    "R4": [2, 5, 4, 1, 3, 4, 2, 1],
}


def test_halves_are_of_each_reader_s_own_order() -> None:
    """In the first half R1 and R2 read V1 to V4, R3 and R4 read V5 to V8; in the second the other four."""
    tables = []
    for half in (slice(0, 4), slice(4, 8)):
        pairs = zip(LEARNING["R1"][half], LEARNING["R2"][half], strict=True)
        others = zip(LEARNING["R3"][half], LEARNING["R4"][half], strict=True)
        tables.append(agreement(Ratings.from_matrix([*pairs, *others], LIKERT5)))
    first, second = tables
    found = lines(table3_comparisons(in_order(LEARNING), STUDY))["pelvis_ring"]
    halves = found["AC1: second half − first"]
    assert halves["estimate"].value == pytest.approx(second.estimate - first.estimate)
    assert halves["ci"].text != "–"
    distance = found["Distance from other readers: second half − first"]
    assert distance["estimate"].value is not None
    assert 0 < distance["p"].value < 1


def test_without_an_order_on_record_there_are_no_halves(frame: DataFrame) -> None:
    for ratings in (frame, in_order(LEARNING, loaded_at_once=True)):
        table = table3_comparisons(ratings, STUDY)
        halves = lines(table)["pelvis_ring"]["AC1: second half − first"]
        assert halves["estimate"].text == "not estimable"
        assert footnotes(table, halves["estimate"]) == [
            "Not estimable: the order in which cases were read is not on record."
        ]


@pytest.mark.parametrize("scores", [[], [3], [3] * 8])
def test_what_cannot_be_estimated_says_why(scores: list[int]) -> None:
    """No rating, one rating, and every rating "does not change"; the other five criteria have none."""
    ratings = in_order(dict.fromkeys(("R1", "R3"), scores))
    for table in (table2_tests(ratings, STUDY), table3_comparisons(ratings, STUDY)):
        bare = [
            cell
            for row in table.rows
            for cell in row.cells
            if cell.text == "not estimable" and not cell.marks
        ]
        assert bare == []
        assert all(footnote.text.strip(" .:") not in ("Not estimable", "") for footnote in table.footnotes)
        assert not any(cell.text == "nan" for row in table.rows for cell in row.cells)
    wilcoxon = table2_tests(ratings, STUDY).rows[0].cells[3]
    assert (wilcoxon.text, len(wilcoxon.marks)) == ("–", 1)


@pytest.mark.parametrize("videos", [1, 2])
def test_the_first_cases_of_a_study_break_nothing(videos: int) -> None:
    """Two specialties, one video or two: no effect of video, or a perfect separation by specialty."""
    rows = [
        ("pelvis_ring", f"V{video}", reader, specialty, "AB", score)
        for video in range(videos)
        for reader, specialty, score in (("R1", "surgeon", 4), ("R3", "radiologist", 2))
    ]
    columns = ["criterion", "video", "reader", "specialty", "direction", "score_ab"]
    ratings = DataFrame(rows, columns=columns)
    table = table2_tests(ratings, STUDY)
    role, se, p = table.rows[0].cells[-3:]
    assert (se.text, p.text) == ("–", "–")
    assert footnotes(table, role)
    assert len(lines(table3_comparisons(ratings, STUDY))) == len(CRITERIA)
