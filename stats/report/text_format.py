"""Plain text with aligned columns, for a terminal."""

from __future__ import annotations

from stats.report.table import Cell, Table


def text(table: Table) -> str:
    """Title, notice, aligned table, footnotes and notes."""
    lines = [[_cell(cell) for cell in row.cells] for row in table.rows]
    header = [column.title for column in table.columns]
    widths = [max(map(len, column)) for column in zip(header, *lines, strict=True)]

    def aligned(cells: list[str]) -> str:
        padded = [
            cell.rjust(width) if column.numeric else cell.ljust(width)
            for cell, width, column in zip(cells, widths, table.columns, strict=True)
        ]
        return "  ".join(padded).rstrip()

    parts = [table.title, *([table.notice] if table.notice else []), aligned(header)]
    parts.append("  ".join("-" * width for width in widths))
    parts += [aligned(line) for line in lines]
    parts += [f"[{note.mark}] {note.text}" for note in table.footnotes]
    return "\n".join([*parts, *table.notes]) + "\n"


def _cell(cell: Cell) -> str:
    return cell.text + "".join(f" [{mark}]" for mark in cell.marks)
