"""The supplement to Table 3 and the readings, on the paper's reconstruction.

AC2 and AC1 of each specialty were printed by R irrCAC 1.4 (`tests/golden`), the paired test by R's t.test on
irrCAC's subject-level values (`tests/stats/agreement/test_comparison.py` holds it to 1e-9).
"""

from __future__ import annotations

import pytest
from pandas import DataFrame
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from stats import reconstruction
from stats.report import Selection, StudyFacts, readings, table3, table3_supplement
from tests.stats.golden import GOLDEN
from tests.stats.paper import CRITERIA, paper_columns

STUDY = StudyFacts(
    slug="paper",
    title="Paper",
    group_a="White",
    group_b="African American",
    question="How does the [criterion] change?",
    criteria=reconstruction.CRITERIA,
)


@pytest.fixture(scope="module")
def frame() -> DataFrame:
    parts = []
    for criterion in CRITERIA:
        columns = paper_columns(criterion)
        parts += [
            (criterion, video, reader, role, "AB", score)
            for video, reader, role, score in zip(
                columns["video"], columns["reader"], columns["role"], columns["score"], strict=True
            )
        ]
    return DataFrame(parts, columns=["criterion", "video", "reader", "specialty", "direction", "score_ab"])


def values(table: object, key: str) -> list[float | None]:
    position = [column.key for column in table.columns].index(key)  # type: ignore[attr-defined]
    return [row.cells[position].value for row in table.rows]  # type: ignore[attr-defined]


def names() -> dict[str, str]:
    return {criterion.name: criterion.key for criterion in STUDY.criteria}


def test_ac2_is_what_irrcac_prints(frame: DataFrame) -> None:
    table = table3_supplement(frame, STUDY)
    for weights in ("linear", "quadratic"):
        expected = [
            GOLDEN["paper_reconstruction_R"][names()[row.cells[0].text]]["ac2"][weights]["coeff.val"]
            for row in table.rows
        ]
        assert values(table, f"ac2_{weights}") == pytest.approx(expected, abs=5.1e-6)


def test_specialties_apart_and_their_difference(frame: DataFrame) -> None:
    table = table3_supplement(frame, STUDY)
    cortical = [row.cells[0].text for row in table.rows].index(
        "Medial femoral metaphyseal cortical thickness"
    )
    assert values(table, "ac1_surgeon")[cortical] == pytest.approx(0.7195, abs=5e-5)
    assert values(table, "ac1_radiologist")[cortical] == pytest.approx(0.474, abs=5e-4)
    assert values(table, "difference")[cortical] == pytest.approx(0.7195 - 0.474, abs=5.5e-4)


@pytest.mark.parametrize("make", [table3, table3_supplement])
def test_holm_is_what_statsmodels_computes(frame: DataFrame, make: object) -> None:
    table = make(frame, STUDY)  # type: ignore[operator]
    p, holm = ("p", "p_holm") if table.key == "table3" else ("difference_p", "difference_holm")
    expected = multipletests(values(table, p), method="holm")[1]
    assert values(table, holm) == pytest.approx(list(expected), abs=1e-12)


def test_the_interval_for_new_readers_is_wider_and_normal(frame: DataFrame) -> None:
    third, supplement = table3(frame, STUDY), table3_supplement(frame, STUDY)
    low = values(third, "ac1")[-1] - norm.ppf(0.975) * values(third, "se_new")[-1]
    assert supplement.rows[-1].cells[1].text == f"{low:.2f} to 0.90"


def test_one_specialty_alone_is_compared_with_nobody(frame: DataFrame) -> None:
    table = table3_supplement(frame, STUDY, Selection(specialty="surgeon"))
    assert [column.key for column in table.columns] == [
        "characteristic",
        "ci_new",
        "ac2_linear",
        "ac2_quadratic",
    ]
    assert table.rows[0].cells[1].marks


def test_readings_say_what_the_benchmark_does_not(frame: DataFrame) -> None:
    found = {reading.name: reading for reading in readings(frame, STUDY)}
    pelvis = found["Pelvis ring"]
    assert (
        "“Becomes slightly elongated”; 77 % of the answers point that way and 12 % the other"
        in pelvis.statement
    )
    assert "The 4 readers agreed moderately: AC1 is 0.61 (95 % CI 0.47 to 0.76)." in pelvis.statement
    assert (
        "The level that is 95 % sure is Moderate, not Substantial, although 0.61 is above 0.60."
        in pelvis.caveats
    )
    assert any("other videos read by these 4 readers; for other readers" in c for c in pelvis.caveats)
    cortical = found["Medial femoral metaphyseal cortical thickness"]
    assert "Much depends on who reads: AC1 is 0.53 without R2 and 0.73 without R3." in cortical.caveats
    assert any("although 0.603 is above 0.600" in c for c in cortical.caveats)
    assert not any("Much depends" in c for c in pelvis.caveats)


def readings_of(*scores: tuple[str, str, str, int]) -> str:
    """Statement and caveats of one criterion, from (video, reader, specialty, score)."""
    study = StudyFacts("s", "S", "A", "B", "q", STUDY.criteria[:1])
    rows = [(STUDY.criteria[0].key, v, r, s, "AB", score) for v, r, s, score in scores]
    frame = DataFrame(rows, columns=["criterion", "video", "reader", "specialty", "direction", "score_ab"])
    (reading,) = readings(frame, study)
    return " ".join([reading.statement, *reading.caveats])


def test_what_cannot_be_said_is_said() -> None:
    assert readings_of() == "Nobody has rated this yet. "
    assert "Nothing can be said about agreement: only one reader rated." in readings_of(
        ("V1", "R1", "surgeon", 2)
    )


def test_two_readers_cannot_speak_for_others_and_few_videos_are_few() -> None:
    text = readings_of(
        *(
            (f"V{v}", r, "surgeon", 1 + (v + (r == "R2") * (v == 3)) % 5)
            for v in range(6)
            for r in ("R1", "R2")
        )
    )
    assert "for other readers there is none, because leaving one reader out needs at least three" in text
    assert "6 videos only" in text


def test_readers_who_could_be_exchanged() -> None:
    """Three readers who differ by turns: without any of them AC1 is nearly the same."""
    scores = [
        (f"V{v:02}", reader, "surgeon", 1 + (v // 3 + (v % 3 == i and v % 2 == 0)) % 5)
        for v in range(18)
        for i, reader in enumerate(("R1", "R2", "R3"))
    ]
    assert "other readers like them would hardly widen it (" in readings_of(*scores)


def test_a_specialty_that_agrees_more_is_named_first() -> None:
    scores = []
    for v in range(20):
        scores += [(f"V{v}", "R1", "surgeon", 1 + v % 5), (f"V{v}", "R2", "surgeon", 1 + (v * 3 + 1) % 5)]
        scores += [(f"V{v}", r, "radiologist", 1 + v % 5) for r in ("R3", "R4")]
    assert "Radiologists agreed more than surgeons (AC1 1.00 and" in readings_of(*scores)
