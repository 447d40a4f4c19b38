from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.imaging.joining import join
from generation.imaging.registry import RegistryUnusable, Row, read_registry


def registry(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "registry.csv"
    path.write_bytes(text.encode(encoding))
    return path


# Reading


def test_every_column_is_read(tmp_path: Path) -> None:
    text = (
        "\ufeffFile, Patient ,sex,age,bmi,group,projection,laterality,implant\r\n"
        'a.dcm,"P, 1",Female,36.5,24,valgus,AP,R,no\r\n\r\n'
        "b.dcm,,,,,,,,\n"
    )
    assert read_registry(registry(tmp_path, text)) == [
        Row(2, "a.dcm", "P, 1", "F", 36.5, 24.0, "valgus", "AP", "right", False),
        Row(4, "b.dcm"),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("sex", "woman", "sex must be F or M"),
        ("age", "old", "age must be a number from 0 to 130 (years)"),
        ("age", "131", "age must be a number from 0 to 130 (years)"),
        ("age", "nan", "age must be a number from 0 to 130 (years)"),
        ("age", "-1", "age must be a number from 0 to 130 (years)"),
        ("bmi", "2.5", "bmi must be a number from 5 to 120 (kg/m²)"),
        ("group", "x" * 65, "group must be printable text of at most 64 characters"),
        ("laterality", "up", "laterality must be left, right or bilateral"),
        ("implant", "maybe", "implant must be yes or no"),
    ],
)
def test_a_bad_cell_is_named_but_not_quoted(tmp_path: Path, column: str, cell: str, expected: str) -> None:
    (row,) = read_registry(registry(tmp_path, f"patient,{column}\nP1,{cell}\n"))
    assert row.problem == expected
    assert cell not in row.problem or cell in ("131", "-1", "2.5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        ("patient,sex\n", "no rows"),
        ("patient,hair\nP1,red\n", "unknown column 'hair'"),
        ("patient;sex\nP1;F\n", "unknown column 'patient;sex'"),
        ("patient,patient\nP1,P1\n", "twice"),
        ("sex,age\nF,4\n", "'file' or 'patient'"),
        ('patient,sex\n"P1,F\n', "not a CSV file"),
    ],
)
def test_a_registry_that_makes_no_sense_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(RegistryUnusable, match=expected):
        read_registry(registry(tmp_path, text))


def test_a_registry_that_is_not_utf8_or_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryUnusable, match="UTF-8"):
        read_registry(registry(tmp_path, "patient,group\nP1,Grün\n", "latin-1"))
    with pytest.raises(RegistryUnusable, match="cannot be opened"):
        read_registry(tmp_path / "none.csv")


def test_a_row_of_another_length_or_without_a_key_is_refused(tmp_path: Path) -> None:
    rows = read_registry(registry(tmp_path, "patient,sex\nP1\nP2,F,x\n,F\n"))
    assert [row.problem for row in rows] == [
        "1 cells where the header has 2",
        "3 cells where the header has 2",
        "neither file nor patient is given",
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_a_refusal(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "registry.csv"
    path.write_bytes(b"patient,age\n" + data)
    try:
        rows = read_registry(path)
    except RegistryUnusable:
        return
    assert all(row.problem or row.patient for row in rows)


# Joining


def test_rows_join_by_path_by_bare_name_and_by_patient() -> None:
    rows = [Row(2, file="a/1.dcm"), Row(3, file="2.dcm"), Row(4, patient="P9")]
    joined = join(rows, {"a/1.dcm": "P9", "b/2.dcm": "", "b/3.dcm": "P9", "b/4.dcm": "P9"})
    assert {name: row.line for name, row in joined.rows.items()} == {
        "a/1.dcm": 2,
        "b/2.dcm": 3,
        "b/3.dcm": 4,
        "b/4.dcm": 4,
    }
    assert not joined.problems
    assert not joined.refused


def test_a_bare_name_that_two_files_have_is_not_guessed() -> None:
    joined = join([Row(2, file="1.png")], {"a/1.png": "", "b/1.png": ""})
    assert joined.problems == [(2, "2 files have this name: give the folder too")]
    assert set(joined.refused) == {"a/1.png", "b/1.png"}


def test_contradicting_rows_are_all_refused() -> None:
    rows = [Row(2, patient="P1", group="A"), Row(3, patient="P1", group="B")]
    joined = join(rows, {"x.dcm": "P1"})
    assert joined.refused == {"x.dcm": "registry lines 2, 3 contradict each other"}
    assert [line for line, _ in joined.problems] == [2, 3]


def test_a_repeated_row_counts_once_and_is_reported() -> None:
    rows = [Row(2, patient="P1", group="A"), Row(3, patient="P1", group="A")]
    joined = join(rows, {"x.dcm": "P1"})
    assert joined.rows["x.dcm"].line == 2
    assert joined.problems == [(3, "repeats line 2")]


def test_a_row_without_an_image_and_an_image_without_a_row_are_reported() -> None:
    joined = join([Row(2, file="gone.png"), Row(3, patient="P1")], {"x.png": ""})
    assert [line for line, problem in joined.problems if problem.startswith("no image")] == [2, 3]
    assert joined.refused == {"x.png": "no registry row names this file or its patient"}


def test_a_refused_row_refuses_its_file_and_is_told_once() -> None:
    joined = join([Row(2, file="x.png", problem="age must be a number")], {"x.png": ""})
    assert joined.problems == [(2, "age must be a number")]
    assert joined.refused == {"x.png": "its registry row (line 2) is refused: age must be a number"}


def test_files_without_a_patient_never_join_by_an_empty_id() -> None:
    joined = join([Row(2, problem="neither file nor patient is given")], {"x.png": ""})
    assert joined.rows == {}
