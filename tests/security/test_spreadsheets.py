"""No file that the product writes for a spreadsheet runs anything in it."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from generation.spreadsheets import harmless
from readers.csv import csv_file
from stats.report.csv_format import csv_text

ROOMS = ("counterpart", "generation", "readers", "stats")
WRITERS = {"writer", "DictWriter", "to_csv", "to_excel"}
# Writes what the simulator has named itself.
NOTHING_FOREIGN = {"generation/simulation/cohort_folder.py"}
DANGEROUS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    '=HYPERLINK("https://e.example")',
]


def writes_csv(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS
        for node in ast.walk(tree)
    )


def modules() -> Iterator[tuple[str, ast.AST, str]]:
    for room in ROOMS:
        for path in Path(settings.BASE_DIR, room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            yield str(path.relative_to(settings.BASE_DIR)), ast.parse(text), text


def test_every_module_that_writes_csv_makes_its_text_harmless() -> None:
    writing = {name: text for name, tree, text in modules() if writes_csv(tree)}
    assert len(writing) >= 3
    without = {name for name, text in writing.items() if "harmless(" not in text}
    assert without == NOTHING_FOREIGN


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    for written in (csv_text([text], [[text]]), csv_file("a.csv", [text], [[text]]).content.decode()):
        rows = list(csv.reader(io.StringIO(written, newline="")))
        assert rows[1] == [f"'{text}"]


@given(st.text(max_size=20))
def test_text_loses_nothing_but_gains_at_most_one_apostrophe(text: str) -> None:
    assert harmless(text) in (text, f"'{text}")


def test_numbers_stay_numbers() -> None:
    assert [harmless(value) for value in (-1, -0.5, None, True)] == [-1, -0.5, None, True]
