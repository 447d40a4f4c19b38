"""HTML: a fragment for the page and a whole document for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from stats.report.table import Cell, Column, Row, Table

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #1b2126; background: #fff; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; border-bottom: 2px solid #1b2126; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.5rem; }
th, td { padding: 0.2rem 0.6rem; text-align: left; vertical-align: top; }
.number { text-align: right; }
td.number { white-space: nowrap; }
thead th { border-top: 2px solid #1b2126; border-bottom: 1px solid #1b2126; vertical-align: bottom; }
.indent-1 > :first-child { padding-left: 2rem; font-weight: 400; }
tbody tr:not(.heading) th { font-weight: 400; }
.notes { max-width: 60rem; font-size: 0.9em; }
.notice { border-left: 4px solid #9a4a00; padding: 0.3rem 0.8rem; background: #fff4e5; }
"""


def html_document(table: Table) -> str:
    """A file that stands alone, to open, print or paste into a manuscript."""
    notice = f'<p class="notice">{escape(table.notice)}</p>\n' if table.notice else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(table.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{notice}{html_table(table)}\n{html_notes(table)}\n"
        "</body>\n</html>\n"
    )


def html_table(
    table: Table,
    *,
    explain: bool = False,
    drawings: Sequence[str] = (),
    addresses: Mapping[str, str] | None = None,
) -> str:
    """The table element.

    With ``explain``, each number is a button that opens how it was computed (a popover, no script).
    ``drawings`` are trusted SVG elements, one a row, shown in a last column. ``addresses`` makes links of the
    texts of first cells that it names.
    """
    head = "".join(f'<th scope="col"{_number(c)}>{escape(c.title)}</th>' for c in table.columns)
    head += '<th scope="col">Distribution</th>' if drawings else ""
    beside = [f"<td>{drawing}</td>" for drawing in drawings] or [""] * len(table.rows)
    lines = []
    for position, (row, last) in enumerate(zip(table.rows, beside, strict=True), start=1):
        prefix = f"{table.key}-{position}" if explain else ""
        lines.append(_row(table.columns, row, prefix, last, (addresses or {}).get(row.cells[0].text, "")))
    body = "\n".join(lines)
    return (
        f'<table class="report" id="{escape(table.key)}">\n<caption>{escape(table.title)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    )


def html_notes(table: Table) -> str:
    """Footnotes with their letters, then the general notes."""
    footnotes = [f"<p><sup>{escape(n.mark)}</sup> {escape(n.text)}</p>" for n in table.footnotes]
    notes = [f"<p>{escape(note)}</p>" for note in table.notes]
    return '<div class="notes">' + "".join(footnotes + notes) + "</div>"


def _row(columns: tuple[Column, ...], row: Row, prefix: str, last: str, address: str) -> str:
    kinds = [*(["heading"] if row.heading else []), *([f"indent-{row.indent}"] if row.indent else [])]
    kind = f' class="{" ".join(kinds)}"' if kinds else ""
    contents = [
        _explained(cell, column, f"{prefix}-{column.key}") if prefix and cell.how else _text(cell)
        for column, cell in zip(columns, row.cells, strict=True)
    ]
    first = f'<a href="{escape(address)}">{contents[0]}</a>' if address else contents[0]
    cells = [f'<th scope="row">{first}</th>']
    others = zip(columns[1:], contents[1:], strict=True)
    cells += [f"<td{_number(column)}>{content}</td>" for column, content in others]
    return f"<tr{kind}>{''.join(cells)}{last}</tr>"


def _number(column: Column) -> str:
    return ' class="number"' if column.numeric else ""


def _text(cell: Cell) -> str:
    return escape(cell.text) + "".join(f"<sup>{escape(mark)}</sup>" for mark in cell.marks)


def _explained(cell: Cell, column: Column, name: str) -> str:
    return (
        f'<button class="how" type="button" popovertarget="{escape(name)}">{_text(cell)}</button>'
        f'<div class="how" popover id="{escape(name)}">'
        f"<strong>{escape(column.title)}: {escape(cell.text)}</strong><p>{escape(cell.how)}</p></div>"
    )
