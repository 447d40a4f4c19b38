"""Word: a real table whose heading row is repeated on every page, notes below."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from stats.report.printable import one_line
from stats.report.table import Cell, Table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

WIDE = 7  # with more columns the page lies on its side
POINTS = 9
SMALL_POINTS = 8
MARGIN_CM = 1.8
FIRST = 1.8  # how much wider the first column is than the others


def docx(table: Table) -> bytes:
    """A document of one table: title, notice, table with rules above and below, footnotes, notes."""
    from docx import Document as new_document

    document = new_document()
    document.core_properties.title = one_line(table.title)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    _page(document, wide=len(table.columns) > WIDE)
    _run(document.add_paragraph(), table.title, bold=True)
    if table.notice:
        _run(document.add_paragraph(), table.notice, italic=True)
    _fill(document, table)
    document.add_paragraph().paragraph_format.space_after = 0
    for note in table.footnotes:
        paragraph = document.add_paragraph()
        _run(paragraph, note.mark, superscript=True, points=SMALL_POINTS)
        _run(paragraph, f" {note.text}", points=SMALL_POINTS)
    for text in table.notes:
        _run(document.add_paragraph(), text, points=SMALL_POINTS)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _page(document: Document, *, wide: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section = document.sections[0]
    short, long = Cm(21.0), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if wide else (short, long)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)


def _fill(document: Document, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    section = document.sections[0]
    grid = document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    grid.autofit = False
    room = (section.page_width or 0) - 2 * Cm(MARGIN_CM)
    share = room / (len(table.columns) - 1 + FIRST)
    lines = [tuple(Cell(column.title) for column in table.columns), *(row.cells for row in table.rows)]
    bold = [True, *(row.heading for row in table.rows)]
    indents = [0, *(row.indent for row in table.rows)]
    for line, (row, cells) in enumerate(zip(grid.rows, lines, strict=True)):
        _row_property(row, "w:cantSplit")
        if line == 0:
            _row_property(row, "w:tblHeader")
        for position, (place, cell, column) in enumerate(zip(row.cells, cells, table.columns, strict=True)):
            place.width = int(share * (1 if position else FIRST))
            paragraph = place.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            if column.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if position == 0 and indents[line]:
                paragraph.paragraph_format.left_indent = Cm(0.6 * indents[line])
            _run(paragraph, cell.text, bold=bold[line] and (line == 0 or position == 0))
            for mark in cell.marks:
                _run(paragraph, mark, superscript=True)
            _rules(place, top=line == 0, bottom=line in (0, len(table.rows)))


def _run(
    paragraph: Paragraph,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    superscript: bool = False,
    points: int = POINTS,
) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(one_line(text))
    run.bold, run.italic = bold or None, italic or None
    run.font.superscript = superscript or None
    run.font.size = Pt(points)


def _row_property(row: Any, name: str) -> None:
    """python-docx has no call for these: tblHeader repeats a row, cantSplit keeps it on one page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _rules(place: Any, *, top: bool, bottom: bool) -> None:
    """Horizontal rules only, as in print (ECMA-376 part 1, 17.4.66: tcBorders)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    sides = [name for name, wanted in (("w:top", top), ("w:bottom", bottom)) if wanted]
    if not sides:
        return
    borders = OxmlElement("w:tcBorders")
    for name in sides:
        side = OxmlElement(name)
        for key, value in (("w:val", "single"), ("w:sz", "8"), ("w:space", "0"), ("w:color", "auto")):
            side.set(qn(key), value)
        borders.append(side)
    place._tc.get_or_add_tcPr().append(borders)
