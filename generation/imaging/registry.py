"""The registry: one row of demographics for each patient, examination or image, checked row by row.

A problem names the line and the column, never the cell: cells hold identities, and a shifted column puts one
anywhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generation.imaging.mapping import COLUMNS, JOINS, Mapping
from generation.imaging.pseudonym import hidden
from generation.imaging.tables import RegistryUnusable, read_table

EARLIEST = datetime.date(1895, 11, 8)  # the first radiograph


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the registry. ``problem`` says why the row is refused; it is '' for a usable row."""

    line: int
    file: str = ""
    patient: str = ""
    sex: str = ""
    age: float | None = None
    bmi: float | None = None
    group: str = ""
    projection: str = ""
    laterality: str = ""
    implant: bool | None = None
    accession: str = ""
    site: str = ""
    date: datetime.date | None = None
    problem: str = ""

    def same_cells(self, other: Row) -> bool:
        """Whether both lines say exactly the same."""
        return replace(self, line=0) == replace(other, line=0)


@dataclass(frozen=True, slots=True)
class Registry:
    """``join``: the column (file, accession or patient) that says which images a row describes."""

    rows: list[Row]
    join: str


def hide(registry: Registry, key: bytes) -> Registry:
    """Return the registry with pseudonyms in place of patient and accession numbers."""
    return replace(
        registry,
        rows=[
            replace(
                row,
                patient=hidden(key, "patient", row.patient),
                accession=hidden(key, "accession", row.accession),
            )
            for row in registry.rows
        ],
    )


def one_of(words: dict[str, Any], said: str) -> Callable[[str], Any]:
    """Return a parser that takes the keys of ``words`` in any case, for a column that must be ``said``."""

    def parse(cell: str) -> Any:
        try:
            return words[cell.casefold()]
        except KeyError:
            raise ValueError(said) from None

    return parse


def between(low: float, high: float, unit: str) -> Callable[[str], float]:
    """Return a parser of plain numbers from ``low`` to ``high``."""

    def parse(cell: str) -> float:
        said = f"a number from {low:g} to {high:g}{unit}"
        try:
            value = float(cell)
        except ValueError:
            raise ValueError(said) from None
        if not low <= value <= high:
            raise ValueError(said)
        return value

    return parse


def at_most(length: int) -> Callable[[str], str]:
    """Return a parser of printable text of at most ``length`` characters."""

    def parse(cell: str) -> str:
        if len(cell) > length or not cell.isprintable():
            raise ValueError(f"printable text of at most {length} characters")
        return cell

    return parse


def day(form: str) -> Callable[[str], datetime.date]:
    """Return a parser of dates in ``form`` (as strptime knows it), from 1895 to tomorrow."""

    def parse(cell: str) -> datetime.date:
        said = (
            f"a date like {form.replace('%Y', 'YYYY').replace('%m', 'MM').replace('%d', 'DD')}, 1895 to today"
        )
        try:
            value = datetime.datetime.strptime(cell, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            raise ValueError(said) from None
        if not EARLIEST <= value <= datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1):
            raise ValueError(said)
        return value

    return parse


PARSERS: dict[str, Callable[[str], Any]] = {
    "file": at_most(1000),
    "accession": at_most(200),
    "patient": at_most(200),
    "sex": one_of({"f": "F", "female": "F", "m": "M", "male": "M"}, "F or M"),
    "age": between(0, 130, " (years)"),
    "bmi": between(5, 120, " (kg/m²)"),
    "group": at_most(64),
    "projection": at_most(32),
    "laterality": one_of(
        {
            "l": "left",
            "left": "left",
            "r": "right",
            "right": "right",
            "b": "bilateral",
            "bilateral": "bilateral",
        },
        "left, right or bilateral",
    ),
    "implant": one_of(
        {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}, "yes or no"
    ),
    "site": at_most(64),
}


def read_registry(path: Path, mapping: Mapping | None = None) -> Registry:
    """Read a CSV, XLSX or Parquet file with a header line; an empty cell means unknown.

    Without a ``mapping`` all columns must have our names. With one, columns that it does not name are left
    behind. Rows that cannot be used come back with their ``problem``. Raises RegistryUnusable where
    the file as a whole makes no sense.
    """
    said = mapping or Mapping()
    lines = read_table(path, delimiter=said.delimiter, sheet=said.sheet)
    _, header = next(lines, (1, []))
    places = find_columns([cell.strip() for cell in header], said)
    join = said.join or stated_join(places)
    parsers = {**PARSERS, "date": day(said.date_format)}
    rows = [parse_row(line, cells, len(header), places, said, parsers, join) for line, cells in lines]
    if not rows:
        raise RegistryUnusable("the registry has no rows below its header")
    return Registry(rows, join)


def find_columns(header: list[str], mapping: Mapping) -> dict[str, int]:
    """Return our column → its place in the registry, or raise RegistryUnusable."""
    if not any(header):
        raise RegistryUnusable("the registry is empty: its first line must name the columns")
    if mapping.columns:
        for ours, theirs in mapping.columns.items():
            if (count := header.count(theirs)) != 1:
                found = "has no column" if not count else f"has {count} columns"
                raise RegistryUnusable(
                    f"the registry {found} '{theirs[:40]}', which the mapping calls {ours}"
                )
        return {ours: header.index(theirs) for ours, theirs in mapping.columns.items()}
    small = [name.casefold() for name in header]
    for name in small:
        if name not in COLUMNS:
            raise RegistryUnusable(
                f"unknown column '{name[:40]}' in the registry; known: {', '.join(COLUMNS)}. A mapping says "
                "which column means what"
            )
        if small.count(name) > 1:
            raise RegistryUnusable(f"column '{name}' is twice in the registry")
    return {name: small.index(name) for name in small}


def stated_join(places: dict[str, int]) -> str:
    """Return the column that joins where no mapping says so; what could be meant in two ways is refused."""
    found = [name for name in JOINS if name in places]
    if not found:
        raise RegistryUnusable(
            "the registry needs a column 'file', 'accession' or 'patient' to find the images"
        )
    if {"file", "accession"} <= set(found):
        raise RegistryUnusable(
            "the registry has both file and accession: say in a mapping which of them joins"
        )
    # A patient number beside another key says whose image it is; it joins only where it stands alone.
    return found[0]


def parse_row(
    line: int,
    cells: list[str],
    width: int,
    places: dict[str, int],
    mapping: Mapping,
    parsers: dict[str, Callable[[str], Any]],
    join: str,
) -> Row:
    """Read one line; the first cell that is wrong becomes the row's problem."""
    row = Row(line=line)
    if len(cells) != width:
        return replace(row, problem=f"{len(cells)} cells where the header has {width}")
    for column, place in places.items():
        if not (cell := cells[place].strip()):
            continue
        try:
            row = replace(row, **{column: parsers[column](mapping.translated(column, cell))})
        except ValueError as expected:
            row = replace(row, problem=row.problem or f"{column} must be {expected}")
    if not getattr(row, join):
        row = replace(row, problem=row.problem or f"{join} is not given, by which rows join")
    return row
