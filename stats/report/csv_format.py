"""CSV: what is printed and, beside it, the number at full precision."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from generation.spreadsheets import harmless
from stats.report.table import Cell, Column, Table


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file as text (RFC 4180 line ends) with every text cell made harmless."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([harmless(title) for title in header])
    writer.writerows([harmless(value) for value in row] for row in rows)
    return stream.getvalue()


def table_csv(table: Table) -> str:
    """One line a row. Rows that belong to a heading repeat it; the notice, if any, is the last column."""
    grouped = any(row.indent for row in table.rows)
    header = ["group"] * grouped + [title for column in table.columns for title in _titles(column)]
    lines: list[list[object]] = []
    group = ""
    for row in table.rows:
        group = row.cells[0].text if not row.indent else group
        cells = zip(table.columns, row.cells, strict=True)
        values = [value for column, cell in cells for value in _values(column, cell)]
        lines.append([*[group] * grouped, *values, *[table.notice] * bool(table.notice)])
    return csv_text([*header, *["notice"] * bool(table.notice)], lines)


def _titles(column: Column) -> list[str]:
    return [column.title, f"{column.title} (full precision)"] if column.exact else [column.title]


def _values(column: Column, cell: Cell) -> list[object]:
    return [cell.text, "" if cell.value is None else cell.value] if column.exact else [cell.text]
