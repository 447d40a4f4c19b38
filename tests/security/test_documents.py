"""Every test that a document of trust names exists; every promise names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = ("docs/security.md", "docs/regulatory-traceability.md")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")
STATUSES = ("met", "in part", "site", "not offered")


def rows(document: str) -> list[list[str]]:
    """Cells of each row of the tables, without their heads."""
    lines = (ROOT / document).read_text(encoding="utf-8").splitlines()
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in found if not set(row[0]) <= {"-"} and row[0] not in ("promise", "clause")]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_named_test_exists(document: str) -> None:
    named = NAMED.findall((ROOT / document).read_text(encoding="utf-8"))
    assert len(named) > 30
    gone = set()
    for file, function in named:
        path = ROOT / file
        if not path.exists():
            gone.add(file)
            continue
        functions = {
            node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)
        }
        if function and function not in functions:
            gone.add(f"{file}::{function}")
    assert gone == set()


def test_every_promise_names_a_test() -> None:
    assert [row[0] for row in rows("docs/security.md") if not NAMED.search(row[1])] == []


def test_every_clause_has_a_status_and_what_is_met_a_test() -> None:
    table = rows("docs/regulatory-traceability.md")
    assert len(table) > 40
    for clause, _mechanism, tests, status in table:
        assert status.startswith(STATUSES), clause
        if status.startswith("met"):
            assert NAMED.search(tests), clause
