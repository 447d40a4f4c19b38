"""The report of an import: one record a file, one line a problem, and the exit status that says so."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generation.imaging.dicom_header import PERSON
from generation.imaging.exclusions import tally
from generation.imaging.sorting import KNOWN, FileRecord, Sorted

FORMAT = "counterpart-import/1"
CLEANED = "Pixels and the columns of the radiograph table were copied; every other element was left behind."


@dataclass
class ImportReport:
    """``unusable``: why nothing was imported, one line each; empty if the cohort was imported."""

    cohort: str
    records: list[FileRecord] = field(default_factory=list)
    registry_problems: list[tuple[int, str]] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    near: list[tuple[str, str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, cohort: str, result: Sorted) -> ImportReport:
        """Return the report of what ``sort_out`` decided."""
        return cls(cohort, result.records, result.registry_problems, result.unusable, result.near)

    @property
    def counts(self) -> dict[str, int]:
        """Files by status, in a fixed order."""
        found = Counter(record.status for record in self.records)
        return {status: found[status] for status in ("taken", "duplicate", "held", "quarantined")}

    @property
    def reasons(self) -> dict[str, dict[str, int]]:
        """Files that were not taken, by status and kind of reason, without names."""
        return tally((record.status, record.reason) for record in self.records if record.reason)

    @property
    def exit_status(self) -> int:
        """0: every file taken or a duplicate; 1: imported, but something was refused; 2: nothing imported."""
        if self.unusable:
            return 2
        return int(bool(self.counts["held"] + self.counts["quarantined"] + len(self.registry_problems)))

    def problem_lines(self) -> list[str]:
        """Return a line for each file, registry row or fault that kept something new out."""
        files = (record for record in self.records if record.status != "taken" and record.reason != KNOWN)
        return [
            *self.unusable,
            *(f"registry line {line}: {problem}" for line, problem in self.registry_problems),
            *(f"{printable(record.file)}: {record.status}: {record.reason}" for record in files),
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON will hold it."""
        return {
            "format": FORMAT,
            "cohort": self.cohort,
            "exit_status": self.exit_status,
            "summary": {
                "files": len(self.records),
                **self.counts,
                "near_duplicates": len(self.near),
                "registry_problems": len(self.registry_problems),
                "burned_in_not_stated": sum(
                    record.status == "taken" and not record.facts.burned_in_stated for record in self.records
                ),
            },
            "cleaned": {"rule": CLEANED, "read_of_the_header_in_memory_only": list(PERSON)},
            "problems": self.unusable,
            "reasons": self.reasons,
            "near_duplicates": [
                {"file": file, "like": other or "an image of the cohort", "bits_of_256": bits}
                for file, other, bits in self.near
            ],
            "registry": [{"line": line, "problem": problem} for line, problem in self.registry_problems],
            "files": [record.as_dict() for record in self.records],
        }

    def write(self, path: Path) -> None:
        """Write the JSON, readable by its owner alone: file names may carry identities."""
        part = path.with_name(path.name + ".part")
        part.unlink(missing_ok=True)
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as out:
            json.dump(self.as_dict(), out, indent=1)
        part.replace(path)


def printable(name: str) -> str:
    """Return a file name that stays on one line of any terminal."""
    return name if name.isprintable() else ascii(name)
