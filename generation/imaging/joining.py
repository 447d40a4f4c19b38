"""Which registry row describes which file: by the one column that the registry states. Never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from generation.imaging.registry import Registry, Row

OF = {"file": "this file", "accession": "its accession number", "patient": "its patient"}


@dataclass
class Joined:
    """``rows``: a file's usable row. ``refused``: why a file has none. ``problems``: (line, what) of rows."""

    rows: dict[str, Row] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)


def join(registry: Registry, keys: Mapping[str, str]) -> Joined:
    """Join rows to files. ``keys``: file name → the patient or accession number that its header gives, or ''.

    By file, a row describes one file: its whole relative name, or the bare name where only one file has it.
    By patient or accession it describes every file of theirs. Lines that repeat each other count once and are
    reported; lines that contradict each other are all refused.
    """
    joined = Joined()
    by_file = registry.join == "file"
    wanted = (
        resolve_files(registry.rows, keys, joined)
        if by_file
        else {row.line: getattr(row, registry.join) for row in registry.rows if getattr(row, registry.join)}
    )
    described = once_each(registry.rows, wanted, joined)
    used: set[int] = set()
    for name, key in keys.items():
        rows = described.get(name if by_file else key, []) if by_file or key else []
        used.update(row.line for row in rows)
        if not rows:
            joined.refused[name] = f"no registry row names {OF[registry.join]}"
        elif len(rows) > 1:
            lines = ", ".join(str(row.line) for row in rows)
            joined.refused[name] = f"registry lines {lines} contradict each other"
        elif rows[0].problem:
            joined.refused[name] = f"its registry row (line {rows[0].line}) is refused: {rows[0].problem}"
        else:
            joined.rows[name] = rows[0]
    report_rows(registry, described, used, joined)
    return joined


def resolve_files(rows: list[Row], files: Mapping[str, str], joined: Joined) -> dict[int, str]:
    """Return line → relative name of the one file that the row means; report those that mean several."""
    bare: dict[str, list[str]] = defaultdict(list)
    for name in files:
        bare[PurePosixPath(name).name].append(name)
    found = {}
    for row in rows:
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
    registry: Registry, described: Mapping[str, list[Row]], used: set[int], joined: Joined
) -> None:
    """Add one problem for each row that is wrong, contradicted or without an image."""
    told = {line for line, _ in joined.problems}
    for rows in described.values():
        for row in rows:
            others = ", ".join(str(other.line) for other in rows if other.line != row.line)
            if others:
                said = f"contradicts line {others} on the same {registry.join}"
                joined.problems.append((row.line, said))
                told.add(row.line)
    for row in registry.rows:
        if row.line in told:
            continue
        if row.problem:
            joined.problems.append((row.line, row.problem))
        elif row.line not in used:
            joined.problems.append((row.line, "no image: no file of this import belongs to this row"))
    joined.problems.sort()
