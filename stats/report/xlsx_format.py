"""Excel: numbers as numbers at full precision, shown as printed; text never runs as a formula."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from stats.report.numbers import MINUS
from stats.report.printable import one_line
from stats.report.table import Cell, Column, Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FIRST_WIDTH, WIDTH = 34, 15
P_FORMAT = '[<0.001]"<.001";[>=0.9995]">.999";.000'
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
DECIMAL = re.compile(r"\d+(?:\.(?P<digits>\d+))?")
PERCENT = re.compile(r"(?P<whole>\d+)%")
OF_ALL = re.compile(r"\d+(?P<rest>/\d+)")


def xlsx(table: Table) -> bytes:
    """A workbook: the table with its notes on one sheet, how each number was computed on another."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, OPTIONS) as workbook:
        workbook.set_properties({"title": one_line(table.title)})
        _table_sheet(workbook, table)
        _how_sheet(workbook, table)
    return stream.getvalue()


def number_and_format(cell: Cell, column: Column) -> tuple[float | None, str]:
    """The number that a cell holds and the Excel format that prints it as the table does; None: text only.

    >>> number_and_format(Cell("0.83", 0.8294), Column("ac1", "AC1", exact=True))
    (0.8294, '0.00')
    >>> number_and_format(Cell("53/120", 53), Column("count", "Ratings", exact=True))
    (53, '0"/120"')
    >>> number_and_format(Cell("44%"), Column("value", "Frequency"))
    (0.44, '0%')
    """
    if percent := PERCENT.fullmatch(cell.text):
        return int(percent["whole"]) / 100, "0%"
    if not column.exact or cell.value is None:
        return None, ""
    if cell.text.startswith((".", "<", ">")):
        return cell.value, P_FORMAT
    if of_all := OF_ALL.fullmatch(cell.text):
        return cell.value, f'0"{of_all["rest"]}"'
    plain = DECIMAL.fullmatch(cell.text.removeprefix(MINUS))
    return cell.value, "0" + "." * bool(plain and plain["digits"]) + "0" * len(
        (plain and plain["digits"]) or ""
    )


def _table_sheet(workbook: Workbook, table: Table) -> None:
    sheet = workbook.add_worksheet(table.key[:31])
    bold, italic = workbook.add_format({"bold": True}), workbook.add_format({"italic": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "font_size": 9})
    sheet.set_column(0, 0, FIRST_WIDTH)
    sheet.set_column(1, len(table.columns) - 1, WIDTH)
    sheet.write_string(0, 0, one_line(table.title), bold)
    sheet.write_string(1, 0, one_line(table.notice), italic)
    top = 2
    for position, column in enumerate(table.columns):
        align = "right" if column.numeric else "left"
        style = {"bold": True, "top": 2, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": align}
        sheet.write_string(top, position, one_line(column.title), workbook.add_format(style))
    sheet.freeze_panes(top + 1, 1)
    for line, row in enumerate(table.rows, start=top + 1):
        last = line == top + len(table.rows)
        for position, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
            style = {"bottom": 2 * last, "align": "right" if column.numeric else "left", "valign": "top"}
            if position == 0:
                style |= {"indent": row.indent, "bold": row.heading, "text_wrap": True}
            _write(workbook, sheet, line, position, cell, column, style)
    below = [f"{note.mark}  {note.text}" for note in table.footnotes] + list(table.notes)
    for line, text in enumerate(below, start=top + len(table.rows) + 2):
        room = FIRST_WIDTH + WIDTH * (len(table.columns) - 1)
        sheet.set_row(line, 12.5 * (1 + len(text) // room))
        if len(table.columns) > 1:
            sheet.merge_range(line, 0, line, len(table.columns) - 1, "", wrapped)
        sheet.write_string(line, 0, one_line(text), wrapped)


def _write(
    workbook: Workbook,
    sheet: Worksheet,
    line: int,
    position: int,
    cell: Cell,
    column: Column,
    style: dict[str, Any],
) -> None:
    number, shown = number_and_format(cell, column)
    marks = f" {','.join(cell.marks)}" if cell.marks else ""
    if number is None:
        sheet.write_string(line, position, one_line(cell.text) + marks, workbook.add_format(style))
        return
    if marks:
        shown = ";".join(f'{part}"{marks}"' for part in shown.split(";"))
    sheet.write_number(line, position, number, workbook.add_format(style | {"num_format": shown}))


def _how_sheet(workbook: Workbook, table: Table) -> None:
    sheet = workbook.add_worksheet("How computed")
    bold, wrapped = (
        workbook.add_format({"bold": True}),
        workbook.add_format({"text_wrap": True, "valign": "top"}),
    )
    for position, (title, width) in enumerate((("Row", 34), ("Column", 28), ("Printed", 14), ("How", 90))):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, title, bold)
    explained = [
        (row.cells[0].text, column.title, cell.text, cell.how)
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell.how
    ]
    for line, texts in enumerate(explained, start=1):
        for position, text in enumerate(texts):
            sheet.write_string(line, position, one_line(text), wrapped)
