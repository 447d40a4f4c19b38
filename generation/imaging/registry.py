"""The registry: one CSV row of demographics for each patient or image, checked row by row.

A problem names the line and the column, never the cell: cells hold identities, and a shifted column puts one
anywhere.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

COLUMNS = ("file", "patient", "sex", "age", "bmi", "group", "projection", "laterality", "implant")


class RegistryUnusable(Exception):
    """The registry as a whole cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
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
    problem: str = ""

    def same_cells(self, other: Row) -> bool:
        """Whether both lines say exactly the same."""
        return replace(self, line=0) == replace(other, line=0)


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


PARSERS: dict[str, Callable[[str], Any]] = {
    "file": at_most(1000),
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
}


def read_registry(path: Path) -> list[Row]:
    """Read a UTF-8 CSV with a header line of known columns; an empty cell means unknown.

    Rows that cannot be used come back with their ``problem``. Raises RegistryUnusable where the file as a
    whole makes no sense.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = check_header(next(reader, []))
            rows = [
                parse_row(header, cells, reader.line_num) for cells in reader if any(map(str.strip, cells))
            ]
    except OSError as error:
        raise RegistryUnusable(f"the registry cannot be opened: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RegistryUnusable("the registry is not UTF-8 text: save it as 'CSV UTF-8'") from None
    except csv.Error:
        raise RegistryUnusable(f"the registry is not a CSV file from line {reader.line_num} on") from None
    if not rows:
        raise RegistryUnusable("the registry has no rows below its header")
    return rows


def check_header(cells: list[str]) -> list[str]:
    """Return the column names in small letters, or raise RegistryUnusable."""
    header = [cell.strip().casefold() for cell in cells]
    if not any(header):
        raise RegistryUnusable("the registry is empty: its first line must name the columns")
    for name in header:
        if name not in COLUMNS:
            raise RegistryUnusable(
                f"unknown column '{name[:40]}' in the registry; known: {', '.join(COLUMNS)}"
            )
        if header.count(name) > 1:
            raise RegistryUnusable(f"column '{name}' is twice in the registry")
    if not {"file", "patient"} & set(header):
        raise RegistryUnusable("the registry needs a column 'file' or 'patient' to find the images")
    return header


def parse_row(header: list[str], cells: list[str], line: int) -> Row:
    """Read one line; the first cell that is wrong becomes the row's problem."""
    row = Row(line=line)
    if len(cells) != len(header):
        return replace(row, problem=f"{len(cells)} cells where the header has {len(header)}")
    for column, cell in zip(header, map(str.strip, cells), strict=True):
        if not cell:
            continue
        try:
            row = replace(row, **{column: PARSERS[column](cell)})
        except ValueError as expected:
            row = replace(row, problem=row.problem or f"{column} must be {expected}")
    if not row.file and not row.patient:
        row = replace(row, problem=row.problem or "neither file nor patient is given")
    return row
