from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.imaging.joining import join
from generation.imaging.mapping import read_mapping
from generation.imaging.pseudonym import shifted
from generation.imaging.registry import Registry, Row, read_registry
from generation.imaging.tables import RegistryUnusable


def registry(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "registry.csv"
    path.write_bytes(text.encode(encoding))
    return path


# Reading


def test_every_column_is_read(tmp_path: Path) -> None:
    text = (
        "\ufeffFile, Patient ,sex,age,bmi,group,projection,laterality,implant,site,date\r\n"
        'a.dcm,"P, 1",Female,36.5,24,valgus,AP,R,no,north,2020-02-29\r\n\r\n'
        "b.dcm,,,,,,,,,,\n"
    )
    day = datetime.date(2020, 2, 29)
    assert read_registry(registry(tmp_path, text)) == Registry(
        [
            Row(2, "a.dcm", "P, 1", "F", 36.5, 24.0, "valgus", "AP", "right", False, site="north", date=day),
            Row(4, "b.dcm"),
        ],
        "file",
    )


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
        ("date", "29/02/2020", "date must be a date like YYYY-MM-DD, 1895 to today"),
        ("date", "2123-01-01", "date must be a date like YYYY-MM-DD, 1895 to today"),
    ],
)
def test_a_bad_cell_is_named_but_not_quoted(tmp_path: Path, column: str, cell: str, expected: str) -> None:
    (row,) = read_registry(registry(tmp_path, f"patient,{column}\nP1,{cell}\n")).rows
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
        ("sex,age\nF,4\n", "'file', 'accession' or 'patient'"),
        ('patient,sex\n"P1,F\n', "not a CSV file"),
        ("file,accession\na.dcm,1\n", "say in a mapping which of them joins"),
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
    rows = read_registry(registry(tmp_path, "patient,sex\nP1\nP2,F,x\n,F\n")).rows
    assert [row.problem for row in rows] == [
        "1 cells where the header has 2",
        "3 cells where the header has 2",
        "patient is not given, by which rows join",
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_a_refusal(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "registry.csv"
    path.write_bytes(b"patient,age\n" + data)
    try:
        rows = read_registry(path).rows
    except RegistryUnusable:
        return
    assert all(row.problem or row.patient for row in rows)


# Other formats, other names


ROWS = {
    "MRN": ["0012", "P2", "P3"],
    "Gender": ["2", "1", "2"],
    "Years": [61.0, None, 40.5],
    "Metal": [True, False, True],
    "Taken": [datetime.date(2020, 1, 31), datetime.date(2021, 12, 1), None],
    "Ethnicity": ["x", "y", "z"],
}
MAPPING = """
join: patient
columns: {patient: MRN, sex: Gender, age: Years, implant: Metal, date: Taken}
codes: {sex: {1: M, 2: F}}
"""


def mapped(tmp_path: Path, text: str = MAPPING) -> Any:
    (tmp_path / "mapping.yaml").write_text(text)
    return read_mapping(tmp_path / "mapping.yaml")


def test_csv_xlsx_and_parquet_say_the_same(tmp_path: Path) -> None:
    table = pandas.DataFrame(ROWS)
    table.to_csv(tmp_path / "r.csv", index=False)
    table.to_excel(tmp_path / "r.xlsx", index=False, engine="xlsxwriter")
    table.to_parquet(tmp_path / "r.parquet")
    mapping = mapped(tmp_path)
    read = [read_registry(tmp_path / f"r.{kind}", mapping) for kind in ("csv", "xlsx", "parquet")]
    assert read[0] == read[1] == read[2]
    assert read[0].rows == [
        Row(2, patient="0012", sex="F", age=61, implant=True, date=datetime.date(2020, 1, 31)),
        Row(3, patient="P2", sex="M", implant=False, date=datetime.date(2021, 12, 1)),
        Row(4, patient="P3", sex="F", age=40.5, implant=True),
    ]


def test_a_column_that_the_mapping_does_not_name_is_left_behind(tmp_path: Path) -> None:
    pandas.DataFrame(ROWS).to_csv(tmp_path / "r.csv", index=False)
    rows = read_registry(tmp_path / "r.csv", mapped(tmp_path)).rows
    assert all("x" not in (row.group, row.site, row.projection) for row in rows)


def test_a_code_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    (row,) = read_registry(
        registry(tmp_path, "MRN,Gender,Years,Metal,Taken\nP1,F,1,yes,2020-01-01\n"), mapped(tmp_path)
    ).rows
    assert row.problem == "sex must be one of the codes that the mapping lists"


def test_dates_and_delimiters_as_the_mapping_says(tmp_path: Path) -> None:
    mapping = mapped(tmp_path, "{join: accession, delimiter: ';', date_format: '%d.%m.%Y'}")
    found = read_registry(registry(tmp_path, "accession;date\nA1;31.12.1999\n"), mapping)
    assert found == Registry([Row(2, accession="A1", date=datetime.date(1999, 12, 31))], "accession")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[", "no YAML"),
        ("[]", "must name some of"),
        ("hair: red", "unknown part 'hair'"),
        ("columns: {file: Name}", "how to join"),
        ("join: name", "how to join"),
        ("{join: file, columns: {patient: MRN}}", "columns do not say which one"),
        ("{join: file, columns: {file: Name, hair: Hair}}", "unknown column 'hair'"),
        ("{join: file, columns: {file: Name, group: Name}}", "twice"),
        ("{join: file, codes: [1]}", "codes of the mapping"),
        ("{join: file, codes: {sex: F}}", "'sex' of the mapping"),
        ("{join: file, delimiter: ';;'}", "one character"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(RegistryUnusable, match=expected):
        mapped(tmp_path, text)


def test_a_column_that_is_missing_or_there_twice_is_refused(tmp_path: Path) -> None:
    mapping = mapped(tmp_path, "{join: patient, columns: {patient: MRN}}")
    for header, expected in (("ID", "no column 'MRN'"), ("MRN,MRN", "2 columns 'MRN'")):
        with pytest.raises(RegistryUnusable, match=expected):
            read_registry(registry(tmp_path, f"{header}\nx,x\n"), mapping)


def test_a_spreadsheet_of_several_sheets_needs_a_name(tmp_path: Path) -> None:
    with pandas.ExcelWriter(tmp_path / "r.xlsx", engine="xlsxwriter") as book:
        for sheet in ("films", "notes"):
            pandas.DataFrame({"patient": ["P1"]}).to_excel(book, sheet_name=sheet, index=False)
    with pytest.raises(RegistryUnusable, match="2 sheets"):
        read_registry(tmp_path / "r.xlsx")
    named = mapped(tmp_path, "{join: patient, sheet: films}")
    assert read_registry(tmp_path / "r.xlsx", named).rows == [Row(2, patient="P1")]


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_what_only_calls_itself_a_table_is_refused(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"r.{kind}").write_bytes(b"patient,sex\nP1,F\n")
    with pytest.raises(RegistryUnusable, match="that can be read"):
        read_registry(tmp_path / f"r.{kind}")


# Joining


def by(column: str, *rows: Row) -> Registry:
    return Registry(list(rows), column)


def test_rows_join_by_path_or_by_bare_name() -> None:
    joined = join(by("file", Row(2, file="a/1.dcm"), Row(3, file="2.dcm")), {"a/1.dcm": "", "b/2.dcm": ""})
    assert {name: row.line for name, row in joined.rows.items()} == {"a/1.dcm": 2, "b/2.dcm": 3}
    assert not joined.problems
    assert not joined.refused


@pytest.mark.parametrize("column", ["patient", "accession"])
def test_a_row_of_a_patient_or_examination_describes_all_its_files(column: str) -> None:
    rows = by(column, Row(2, **{column: "9"}), Row(3, **{column: "8"}))
    joined = join(rows, {"1.dcm": "9", "2.dcm": "8", "3.dcm": "9"})
    assert {name: row.line for name, row in joined.rows.items()} == {"1.dcm": 2, "2.dcm": 3, "3.dcm": 2}


def test_a_registry_joined_by_file_never_falls_back_on_the_patient() -> None:
    joined = join(by("file", Row(2, file="other.dcm", patient="P1")), {"x.dcm": "P1"})
    assert joined.rows == {}


def test_a_bare_name_that_two_files_have_is_not_guessed() -> None:
    joined = join(by("file", Row(2, file="1.png")), {"a/1.png": "", "b/1.png": ""})
    assert joined.problems == [(2, "2 files have this name: give the folder too")]
    assert set(joined.refused) == {"a/1.png", "b/1.png"}


def test_contradicting_rows_are_all_refused() -> None:
    rows = by("patient", Row(2, patient="P1", group="A"), Row(3, patient="P1", group="B"))
    joined = join(rows, {"x.dcm": "P1"})
    assert joined.refused == {"x.dcm": "registry lines 2, 3 contradict each other"}
    assert [line for line, _ in joined.problems] == [2, 3]


def test_a_repeated_row_counts_once_and_is_reported() -> None:
    rows = by("patient", Row(2, patient="P1", group="A"), Row(3, patient="P1", group="A"))
    joined = join(rows, {"x.dcm": "P1"})
    assert joined.rows["x.dcm"].line == 2
    assert joined.problems == [(3, "repeats line 2")]


def test_a_row_without_an_image_and_an_image_without_a_row_are_reported() -> None:
    joined = join(by("patient", Row(2, patient="gone"), Row(3, patient="P1")), {"x.png": ""})
    assert [line for line, problem in joined.problems if problem.startswith("no image")] == [2, 3]
    assert joined.refused == {"x.png": "no registry row names its patient"}


def test_a_refused_row_refuses_its_file_and_is_told_once() -> None:
    joined = join(by("file", Row(2, file="x.png", problem="age must be a number")), {"x.png": ""})
    assert joined.problems == [(2, "age must be a number")]
    assert joined.refused == {"x.png": "its registry row (line 2) is refused: age must be a number"}


def test_files_without_a_number_never_join_by_an_empty_one() -> None:
    joined = join(by("patient", Row(2, problem="patient is not given, by which rows join")), {"x.png": ""})
    assert joined.rows == {}


# Dates


@given(st.dates(datetime.date(1895, 11, 8), datetime.date(2100, 1, 1)), st.integers(0, 3000))
def test_dates_of_one_person_move_together_and_always_back(day: datetime.date, apart: int) -> None:
    later = day + datetime.timedelta(days=apart)
    moved, moved_later = (shifted(b"key", "p" * 32, date) for date in (day, later))
    assert (moved_later - moved).days == apart
    assert 1 <= (day - moved).days <= 3650
    assert shifted(b"other", "p" * 32, day) != moved or shifted(b"other", "q" * 32, day) != moved


def test_people_move_by_different_numbers_of_days() -> None:
    day = datetime.date(2020, 1, 1)
    assert len({shifted(b"key", f"{number:032}", day) for number in range(200)}) > 180
