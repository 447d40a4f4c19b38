"""LaTeX: a ``table`` with booktabs rules, to ``\\input`` into a manuscript."""

from __future__ import annotations

import re

from stats.report.printable import one_line
from stats.report.table import Cell, Column, Row, Table

PREAMBLE = (
    "% In the preamble: \\usepackage{booktabs,tabularx,rotating}; "
    "pdfLaTeX: \\usepackage[utf8]{inputenc} and \\usepackage[T1]{fontenc} too."
)
WIDE = 7  # with more columns the table is turned by 90 degrees
FIRST = 1.8  # how much wider the first column is than the average one

# What LaTeX takes for a command, and signs that pdfLaTeX has no letter for.
SIGNS = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    '"': r"\textquotedbl{}",
    "“": "``",
    "”": "''",
    "’": "'",
    "–": "--",
    "—": "---",
    "−": "$-$",
    "×": r"$\times$",
    "±": r"$\pm$",
    "→": r"$\rightarrow$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "²": "$^2$",
    "κ": r"$\kappa$",
    "β": r"$\beta$",
}
ANY_SIGN = re.compile("|".join(map(re.escape, SIGNS)))


def latex(table: Table) -> str:
    """Caption, notice, table, footnotes and notes; every text escaped."""
    kind = "sidewaystable" if len(table.columns) > WIDE else "table"
    names = " & ".join(f"\\textbf{{{escape(column.title)}}}" for column in table.columns)
    below = [f"\\textsuperscript{{{note.mark}}} {escape(note.text)}" for note in table.footnotes]
    below += [escape(note) for note in table.notes]
    return "\n".join(
        [
            PREAMBLE,
            f"\\begin{{{kind}}}",
            "\\footnotesize",
            f"\\caption{{{escape(table.title)}}}",
            f"\\label{{tab:{table.key}}}",
            *([f"\\textit{{{escape(table.notice)}}}\\par\\smallskip"] if table.notice else []),
            f"\\begin{{tabularx}}{{\\linewidth}}{{{_columns(table.columns)}}}",
            "\\toprule",
            f"{names} \\\\",
            "\\midrule",
            *(_row(row) for row in table.rows),
            "\\bottomrule",
            "\\end{tabularx}",
            *(f"\\par\\smallskip {text}" for text in below),
            f"\\end{{{kind}}}",
            "",
        ]
    )


def escape(text: str) -> str:
    r"""Text that LaTeX prints as it is.

    >>> print(escape("50 % of R&D_1"))
    50 \% of R\&D\_1
    """
    return ANY_SIGN.sub(lambda sign: SIGNS[sign.group()], one_line(text))


def _columns(columns: tuple[Column, ...]) -> str:
    """Columns that share the width of the line; tabularx wants their shares to add up to their number."""
    other = (len(columns) - FIRST) / max(1, len(columns) - 1)
    shares = [FIRST if len(columns) > 1 else 1.0, *[other] * (len(columns) - 1)]
    return "".join(
        f">{{\\{'raggedleft' if column.numeric else 'raggedright'}\\arraybackslash"
        f"\\hsize={share:.3f}\\hsize\\linewidth=\\hsize}}X"
        for column, share in zip(columns, shares, strict=True)
    )


def _row(row: Row) -> str:
    cells = [_cell(cell) for cell in row.cells]
    if row.heading:
        cells[0] = f"\\textbf{{{cells[0]}}}"
    return "\\quad " * row.indent + " & ".join(cells) + " \\\\"


def _cell(cell: Cell) -> str:
    marks = f"\\textsuperscript{{{','.join(cell.marks)}}}" if cell.marks else ""
    return escape(cell.text) + marks
