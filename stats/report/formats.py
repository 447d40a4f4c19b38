"""Renderers: each turns any ``Table`` into the bytes of one kind of file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stats.report.csv_format import table_csv
from stats.report.docx_format import docx
from stats.report.html_format import html_document
from stats.report.latex_format import latex
from stats.report.markdown_format import markdown
from stats.report.table import Table
from stats.report.xlsx_format import xlsx


@dataclass(frozen=True)
class Format:
    """A kind of file: what people and browsers call it, and how a table becomes it."""

    name: str
    content_type: str
    render: Callable[[Table], bytes]


def _utf8(render: Callable[[Table], str]) -> Callable[[Table], bytes]:
    return lambda table: render(table).encode("utf-8")


OFFICE = "application/vnd.openxmlformats-officedocument"

FORMATS: dict[str, Format] = {
    "docx": Format("Word", f"{OFFICE}.wordprocessingml.document", docx),
    "xlsx": Format("Excel", f"{OFFICE}.spreadsheetml.sheet", xlsx),
    "tex": Format("LaTeX", "application/x-tex; charset=utf-8", _utf8(latex)),
    "csv": Format("CSV", "text/csv; charset=utf-8", _utf8(table_csv)),
    "md": Format("Markdown", "text/markdown; charset=utf-8", _utf8(markdown)),
    "html": Format("HTML", "text/html; charset=utf-8", _utf8(html_document)),
}
