"""Which registry row describes which file: by file name, else by patient. A join is never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from generation.imaging.registry import Row


@dataclass
class Joined:
    """``rows``: a file's usable row. ``refused``: why a file has none. ``problems``: (line, what) of rows."""

    rows: dict[str, Row] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)


def join(registry: list[Row], patient_of: Mapping[str, str]) -> Joined:
    """Join rows to files. ``patient_of``: relative file name → patient ID in its header, '' if there is none.

    A row with a file describes that file: the whole relative name, or the bare name where only one file has
    it. A row without a file describes every file of its patient that no other row names. Lines that repeat
    each other count once and are reported; lines that contradict each other are all refused.
    """
    joined = Joined()
    named = [row for row in registry if row.file]
    by_file = once_each(named, resolve_files(named, patient_of, joined), joined)
    by_patient = once_each(
        [row for row in registry if not row.file],
        {row.line: row.patient for row in registry if not row.file and row.patient},
        joined,
    )
    used: set[int] = set()
    for name, patient in patient_of.items():
        rows = by_file.get(name) or (by_patient.get(patient, []) if patient else [])
        used.update(row.line for row in rows)
        if not rows:
            joined.refused[name] = "no registry row names this file or its patient"
        elif len(rows) > 1:
            lines = ", ".join(str(row.line) for row in rows)
            joined.refused[name] = f"registry lines {lines} contradict each other"
        elif rows[0].problem:
            joined.refused[name] = f"its registry row (line {rows[0].line}) is refused: {rows[0].problem}"
        else:
            joined.rows[name] = rows[0]
    report_rows(registry, by_file, by_patient, used, joined)
    return joined


def resolve_files(named: list[Row], files: Mapping[str, str], joined: Joined) -> dict[int, str]:
    """Return line → relative name of the one file that the row means; report those that mean several."""
    bare: dict[str, list[str]] = defaultdict(list)
    for name in files:
        bare[PurePosixPath(name).name].append(name)
    found = {}
    for row in named:
        wanted = row.file.replace("\\", "/").removeprefix("./")
        candidates = [wanted] if wanted in files else bare.get(wanted, [])
        if len(candidates) == 1:
            found[row.line] = candidates[0]
        elif candidates:
            joined.problems.append((row.line, f"{len(candidates)} files have this name: give the folder too"))
    return found


def once_each(rows: list[Row], key_of: Mapping[int, str], joined: Joined) -> dict[str, list[Row]]:
    """Group rows by what they describe, dropping (and reporting) lines that only repeat an earlier one."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.line not in key_of:
            continue
        same = grouped[key_of[row.line]]
        earlier = next((other for other in same if other.same_cells(row)), None)
        if earlier:
            joined.problems.append((row.line, f"repeats line {earlier.line}"))
        else:
            same.append(row)
    return grouped


def report_rows(
    registry: list[Row],
    by_file: Mapping[str, list[Row]],
    by_patient: Mapping[str, list[Row]],
    used: set[int],
    joined: Joined,
) -> None:
    """Add one problem for each row that is wrong, contradicted or without an image."""
    told = {line for line, _ in joined.problems}
    for rows in (*by_file.values(), *by_patient.values()):
        for row in rows:
            others = ", ".join(str(other.line) for other in rows if other.line != row.line)
            if others:
                joined.problems.append((row.line, f"contradicts line {others} on the same file or patient"))
                told.add(row.line)
    for row in registry:
        if row.line in told:
            continue
        if row.problem:
            joined.problems.append((row.line, row.problem))
        elif row.line not in used:
            joined.problems.append((row.line, "no image: no file in the folder belongs to this row"))
    joined.problems.sort()
