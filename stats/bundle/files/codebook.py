"""What each column means: a codebook for people (Markdown) and for machines (CSV)."""

from __future__ import annotations

import json

from stats.bundle.files.columns import ColumnSpec, long_columns
from stats.bundle.files.record import StudyRecord
from stats.report.csv_format import csv_text

HEADER = ("column", "type", "values", "required", "description")


def codebook_csv(record: StudyRecord) -> bytes:
    """One line a column of ``ratings.csv``."""
    return csv_text(HEADER, [_line(column) for column in long_columns(record)]).encode()


def codebook_markdown(record: StudyRecord) -> bytes:
    """The same with the form: every criterion with the words of its codes."""
    facts = record.facts
    lines = [f"# Codebook of {facts.title}", ""]
    lines += [f"**{facts.notice}**", ""] if facts.notice else []
    lines += ["## `ratings.csv` and `ratings.parquet`", ""]
    lines += ["| " + " | ".join(HEADER) + " |", "|---|---|---|---|---|"]
    lines += [
        "| " + " | ".join(_escaped(cell) for cell in _line(column)) + " |" for column in long_columns(record)
    ]
    lines += [
        "",
        "Missing values are empty. In CSV a text that a spreadsheet would run as a formula has an "
        "apostrophe in front.",
        "",
    ]
    lines += ["## Criteria", ""]
    lines += [f"Question: “{facts.question}”", ""] if facts.question else []
    for criterion in facts.criteria:
        lines += [f"### {criterion.name} (`{criterion.key}`)", ""]
        lines += [f"{code}. {anchor}" for code, anchor in enumerate(criterion.anchors, start=1)]
        lines += [""]
    lines += [f"Results and the files in `wide/` use the codes {record.coding}.", ""]
    return "\n".join(lines).encode()


def _line(column: ColumnSpec) -> tuple[str, str, str, str, str]:
    limits = {key: value for key, value in column.constraints.items() if key != "required"}
    if "enum" in limits:
        values = "; ".join(str(value) for value in limits["enum"])
    else:
        values = "from " + json.dumps(limits["minimum"]) if limits else ""
    return (
        column.name,
        column.type,
        values,
        "yes" if "required" in column.constraints else "no",
        column.description,
    )


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
