"""The mapping file: which column of a hospital's registry means what, and what its codes stand for (YAML)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from generation.imaging.tables import RegistryUnusable

COLUMNS = (
    *("file", "accession", "patient", "sex", "age", "bmi", "group"),
    *("projection", "laterality", "implant", "site", "date"),
)
JOINS = ("file", "accession", "patient")
PARTS = ("join", "columns", "codes", "delimiter", "sheet", "date_format")


@dataclass(frozen=True)
class Mapping:
    """``join``: the column that tells which images a row describes; '' leaves it to the header.

    ``columns``: our column → theirs; empty means that theirs are called like ours. ``codes``: our column →
    {their word, in small letters: ours}; a column that is listed takes no other words.
    """

    join: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    delimiter: str = ","
    sheet: str = ""
    date_format: str = "%Y-%m-%d"

    def translated(self, column: str, cell: str) -> str:
        """Return our word for their cell. Raises ValueError, with what is expected, for a code not listed."""
        if column not in self.codes:
            return cell
        try:
            return self.codes[column][cell.casefold()]
        except KeyError:
            raise ValueError("one of the codes that the mapping lists") from None


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping. Raises RegistryUnusable with the part that is wrong."""
    try:
        # BaseLoader: every scalar is text, so that a code 'no' or 1 stays what the registry says
        said = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # nosec
    except OSError as error:
        raise RegistryUnusable(f"the mapping cannot be opened: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RegistryUnusable("the mapping is not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise RegistryUnusable(
            f"the mapping is no YAML{f' at line {mark.line + 1}' if mark else ''}"
        ) from None
    if not isinstance(said, dict):
        raise RegistryUnusable(f"the mapping must name some of: {', '.join(PARTS)}")
    known(said, PARTS, "part", "the mapping")
    join = said.get("join", "")
    if join not in JOINS:
        raise RegistryUnusable(f"the mapping must say how to join: one of {', '.join(JOINS)}")
    columns = words(said, "columns")
    known(columns, COLUMNS, "column", "columns of the mapping")
    if columns and join not in columns:
        raise RegistryUnusable(f"the mapping joins by {join}, but its columns do not say which one that is")
    if len(set(columns.values())) != len(columns):
        raise RegistryUnusable("the mapping uses one column of the registry twice")
    codes = said.get("codes") or {}
    if not isinstance(codes, dict):
        raise RegistryUnusable("codes of the mapping must list words for each column")
    known(codes, COLUMNS, "column", "codes of the mapping")
    delimiter = said.get("delimiter", ",").replace("\\t", "\t")
    if len(delimiter) != 1:
        raise RegistryUnusable("the delimiter of the mapping must be one character")
    return Mapping(
        join=join,
        columns=columns,
        codes={name: {word.casefold(): ours for word, ours in words(codes, name).items()} for name in codes},
        delimiter=delimiter,
        sheet=said.get("sheet", ""),
        date_format=said.get("date_format", Mapping.date_format),
    )


def words(said: dict[str, Any], part: str) -> dict[str, str]:
    """Return ``said[part]`` as a table of text."""
    table = said.get(part) or {}
    if not isinstance(table, dict) or not all(isinstance(word, str) for word in table.values()):
        raise RegistryUnusable(f"'{part}' of the mapping must be a list of 'ours: theirs' lines")
    return table


def known(said: dict[str, Any], names: tuple[str, ...], kind: str, where: str) -> None:
    """Raise RegistryUnusable for a name that has no meaning."""
    for name in said:
        if name not in names:
            raise RegistryUnusable(f"unknown {kind} '{str(name)[:40]}' in {where}; known: {', '.join(names)}")
