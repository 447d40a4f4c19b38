"""Markdown with pipe tables, for a manuscript or an issue."""

from __future__ import annotations

from stats.report.table import Cell, Column, Row, Table

INDENT = "&emsp;"


def markdown(table: Table) -> str:
    """Title, notice, table, footnotes and notes."""
    parts = [f"**{_safe(table.title)}**"]
    if table.notice:
        parts.append(f"> {_safe(table.notice)}")
    parts.append("\n".join(_lines(table)))
    parts += [f"<sup>{note.mark}</sup> {_safe(note.text)}" for note in table.footnotes]
    parts += [_safe(note) for note in table.notes]
    return "\n\n".join(parts) + "\n"


def _lines(table: Table) -> list[str]:
    rule = ["---:" if column.numeric else ":---" for column in table.columns]
    header = [_safe(column.title) for column in table.columns]
    return [_line(header), _line(rule), *(_line(_cells(table.columns, row)) for row in table.rows)]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(columns: tuple[Column, ...], row: Row) -> list[str]:
    texts = [_cell(cell) for cell in row.cells]
    texts[0] = INDENT * row.indent + (f"**{texts[0]}**" if row.heading else texts[0])
    return texts


def _cell(cell: Cell) -> str:
    return _safe(cell.text) + "".join(f"<sup>{mark}</sup>" for mark in cell.marks)


def _safe(text: str) -> str:
    for sign in ("\\", "`", "*", "_", "[", "]", "<", ">", "|"):
        text = text.replace(sign, "&lt;" if sign == "<" else f"\\{sign}")
    return text.replace("\n", " ")
