"""One model of a table, from which every format is made."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """What a paper prints (``text``), the number behind it at full precision (``value``), and how it came
    about (``how``, in words and symbols). ``marks`` are letters of footnotes."""

    text: str
    value: float | int | None = None
    how: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column; ``exact`` ones have numbers behind their text, which machine-readable formats add."""

    key: str
    title: str
    numeric: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns. A row with ``indent`` belongs to the last row without."""

    cells: tuple[Cell, ...]
    indent: int = 0
    heading: bool = False


@dataclass(frozen=True)
class Footnote:
    """A remark to the cells that carry its letter."""

    mark: str
    text: str


@dataclass(frozen=True)
class Table:
    """A titled table with general notes and lettered footnotes.

    ``notice`` is the study's own warning, shown above the table in every format.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    notice: str = ""


@dataclass
class Footnotes:
    """Letters for footnotes in the order of their first use; the same text keeps its letter."""

    texts: list[str] = field(default_factory=list)

    def mark(self, text: str) -> str:
        """The letter of a footnote with this text."""
        if text not in self.texts:
            self.texts.append(text)
        return chr(ord("a") + self.texts.index(text))

    def listed(self) -> tuple[Footnote, ...]:
        """Every footnote with its letter."""
        return tuple(Footnote(self.mark(text), text) for text in self.texts)
