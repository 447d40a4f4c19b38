"""Word, Excel and LaTeX files opened again: what they hold is what the table prints."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document

from stats.report import FORMATS, Cell, Column, Row, Table
from stats.report.latex_format import escape
from stats.report.table import Footnote

HOSTILE = "=HYPERLINK(1) \\input{/etc/passwd} 50 % & $x_1^2$ #~<b>\x0b|"
TABLE = Table(
    key="made-up",
    title=f"Made up {HOSTILE}",
    columns=(
        Column("name", "Name & sign"),
        Column("value", "Value", numeric=True, exact=True),
        Column("p", "P", numeric=True, exact=True),
        Column("share", "Share", numeric=True),
    ),
    rows=(
        Row((Cell(HOSTILE), Cell("0.83", 0.82936, how="by hand"), Cell("<.001", 2.5e-8), Cell("44%"))),
        Row((Cell("[left]"), Cell("−0.05", -0.0512, marks=("a",)), Cell(".042", 0.0421), Cell("")), indent=1),
        Row((Cell("nothing"), Cell("–"), Cell("–"), Cell("0%")), heading=True),
    ),
    notes=("A note: 100 % of readers.",),
    footnotes=(Footnote("a", "A footnote."),),
    notice="Synthetic_data",
)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def word() -> Any:
    return Document(io.BytesIO(FORMATS["docx"].render(TABLE)))


def sheet_cells(content: bytes, number: int = 1) -> dict[str, tuple[str, str]]:
    """{place: (text or number as stored, number format)}; fails if any cell is a formula."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
        strings = [
            "".join(part.itertext())
            for part in ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{SHEET}si")
        ]
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(f"{SHEET}numFmt")}
    formats |= {"0": "", "1": "0", "2": "0.00", "9": "0%"}
    used = [xf.get("numFmtId") for xf in next(styles.iter(f"{SHEET}cellXfs"))]
    assert not list(sheet.iter(f"{SHEET}f"))
    found = {}
    for cell in sheet.iter(f"{SHEET}c"):
        value = cell.find(f"{SHEET}v")
        if value is not None:
            text = strings[int(value.text or "")] if cell.get("t") == "s" else value.text
            found[cell.get("r")] = (text, formats[used[int(cell.get("s") or 0)]])
    return found


def test_word_holds_a_real_table_with_a_repeated_heading(word: Any) -> None:
    (grid,) = word.tables
    assert [cell.text for cell in grid.rows[0].cells] == ["Name & sign", "Value", "P", "Share"]
    assert [cell.text for cell in grid.rows[2].cells] == ["[left]", "−0.05a", ".042", ""]
    assert grid.rows[1].cells[0].text == HOSTILE.replace("\x0b", " ")
    assert "w:tblHeader" in grid.rows[0]._tr.xml
    assert "w:tblHeader" not in grid.rows[1]._tr.xml
    assert "superscript" in grid.rows[2].cells[1]._tc.xml


def test_word_has_notice_above_and_notes_below(word: Any) -> None:
    texts = [paragraph.text for paragraph in word.paragraphs if paragraph.text]
    assert texts[1:] == ["Synthetic_data", "a A footnote.", "A note: 100 % of readers."]
    assert word.core_properties.author == ""


def test_excel_holds_numbers_at_full_precision_and_prints_them_as_the_table() -> None:
    cells = sheet_cells(FORMATS["xlsx"].render(TABLE))
    assert cells["B4"] == ("0.82936", "0.00")
    assert cells["B5"] == ("-0.0512", '0.00" a"')
    assert cells["C4"][0] == "2.5E-08"
    assert cells["C4"][1].startswith('[<0.001]"<.001"')
    assert cells["C5"][0] == "0.0421"
    assert cells["D4"] == ("0.44", "0%")
    assert cells["B6"] == ("–", "")


def test_excel_keeps_what_looks_like_a_formula_as_text() -> None:
    cells = sheet_cells(FORMATS["xlsx"].render(TABLE))
    assert cells["A4"][0] == HOSTILE.replace("\x0b", " ")
    assert cells["A2"][0] == "Synthetic_data"


def test_excel_says_how_a_number_was_computed() -> None:
    cells = sheet_cells(FORMATS["xlsx"].render(TABLE), number=2)
    assert [cells[f"{column}2"][0] for column in "BCD"] == ["Value", "0.83", "by hand"]


def test_latex_is_balanced_and_every_sign_is_escaped() -> None:
    text = FORMATS["tex"].render(TABLE).decode()
    body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    begun, ended = re.findall(r"\\begin{(\w+)}", body), re.findall(r"\\end{(\w+)}", body)
    assert begun == ended[::-1] == ["table", "tabularx"]
    unescaped = re.sub(r"\\[{}%&$#_]", "", body)
    assert unescaped.count("{") == unescaped.count("}")
    assert unescaped.count("$") % 2 == 0
    assert "%" not in unescaped
    assert r"\input" not in body
    lines = [line for line in unescaped.splitlines() if line.endswith(r" \\")]
    assert [line.count("&") for line in lines] == [3, 3, 3, 3]
    assert not any(line.lstrip("\\quad ").startswith(("[", "*")) for line in lines)


def test_latex_turns_a_wide_table_and_its_columns_fill_the_line() -> None:
    columns = tuple(Column(f"c{i}", f"Column {i}") for i in range(9))
    wide = Table("wide", "Wide", columns, (Row(tuple(Cell(str(i)) for i in range(9))),))
    text = FORMATS["tex"].render(wide).decode()
    assert r"\begin{sidewaystable}" in text
    assert sum(map(float, re.findall(r"\\hsize=([\d.]+)\\hsize", text))) == pytest.approx(9, abs=0.01)


def test_signs_that_pdflatex_has_no_letter_for() -> None:
    assert escape("A → B − 5 × 2 ≥ 1") == r"A $\rightarrow$ B $-$ 5 $\times$ 2 $\geq$ 1"
    assert escape("\\{}") == r"\textbackslash{}\{\}"
