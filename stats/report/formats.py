"""Renderers: each turns any ``Table`` into the bytes of one kind of file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stats.report.csv_format import table_csv
from stats.report.html_format import html_document
from stats.report.markdown_format import markdown
from stats.report.table import Table


@dataclass(frozen=True)
class Format:
    """A kind of file: what browsers call it and how a table becomes it."""

    content_type: str
    render: Callable[[Table], bytes]


def _utf8(render: Callable[[Table], str]) -> Callable[[Table], bytes]:
    return lambda table: render(table).encode("utf-8")


FORMATS: dict[str, Format] = {
    "html": Format("text/html; charset=utf-8", _utf8(html_document)),
    "md": Format("text/markdown; charset=utf-8", _utf8(markdown)),
    "csv": Format("text/csv; charset=utf-8", _utf8(table_csv)),
}
