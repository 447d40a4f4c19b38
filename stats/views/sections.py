"""A table on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString, mark_safe

from stats.report import Table
from stats.report.html_format import html_notes, html_table


def section(
    table: Table, drawings: Sequence[str] = (), addresses: Mapping[str, str] | None = None
) -> dict[str, str | SafeString]:
    """Key, table element and notes of a table, each number with its "how computed"."""
    # Both are made by our renderer, which escapes every text it is given.
    element = mark_safe(html_table(table, explain=True, drawings=drawings, addresses=addresses))  # noqa: S308  # nosec
    return {"key": table.key, "table": element, "notes": mark_safe(html_notes(table))}  # noqa: S308  # nosec
