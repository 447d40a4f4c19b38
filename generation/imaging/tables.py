"""Rows of text from CSV, XLSX and Parquet files: (line, cells), the first of them the header.

Every cell becomes text, an empty one '': whole numbers lose a spreadsheet's '.0', dates become ISO 8601. Line
numbers are those that a text editor or the spreadsheet shows.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = tuple[int, list[str]]


class RegistryUnusable(Exception):
    """The registry as a whole cannot be used; the message says why and what to do."""


def read_table(path: Path, *, delimiter: str = ",", sheet: str = "") -> Iterator[Line]:
    """Yield the lines of a registry, by its ending .xlsx, .parquet, else CSV; empty lines are left out.

    ``sheet``: of a spreadsheet, by default its only one. Raises RegistryUnusable for a file without sense.
    """
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise RegistryUnusable(f"the registry cannot be opened: {error.strerror}") from None
    ending = path.suffix.lower()
    if ending in (".xlsx", ".xlsm", ".ods"):
        lines = read_spreadsheet(path, sheet)
    elif ending in (".parquet", ".pq"):
        lines = read_parquet(path)
    else:
        lines = read_csv(path, delimiter)
    return ((line, cells) for line, cells in lines if any(cell.strip() for cell in cells) or line == 1)


def read_csv(path: Path, delimiter: str) -> Iterator[Line]:
    """Yield the lines of a UTF-8 CSV."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True, delimiter=delimiter)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except UnicodeDecodeError:
            raise RegistryUnusable("the registry is not UTF-8 text: save it as 'CSV UTF-8'") from None
        except csv.Error:
            raise RegistryUnusable(f"the registry is not a CSV file from line {reader.line_num} on") from None


def read_spreadsheet(path: Path, sheet: str) -> Iterator[Line]:
    """Yield the rows of one sheet, numbered as it numbers them. Formulas give their last result."""
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet and sheet not in names:
            raise RegistryUnusable("the registry has no sheet of the name that the mapping gives")
        if not sheet and len(names) != 1:
            raise RegistryUnusable(
                f"the registry has {len(names)} sheets: name one in the mapping, as 'sheet'"
            )
        rows = book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except RegistryUnusable:
        raise
    except Exception:  # calamine's errors quote parts of the file
        raise RegistryUnusable("the registry is not a spreadsheet that can be read") from None
    for line, cells in enumerate(rows, start=1):
        yield line, [text_of(cell) for cell in cells]


def read_parquet(path: Path) -> Iterator[Line]:
    """Yield the column names as line 1, then the rows from line 2 on."""
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            yield 1, list(file.schema_arrow.names)
            line = 2
            for batch in file.iter_batches(10_000):
                for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    yield line, [text_of(cell) for cell in cells]
                    line += 1
    except (pyarrow.ArrowException, OSError, ValueError):
        raise RegistryUnusable("the registry is not a Parquet file that can be read") from None


def text_of(cell: Any) -> str:
    """Return a typed cell as the text that a person would have written into a CSV."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return (
            "" if cell != cell else str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        )
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)
