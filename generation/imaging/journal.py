"""What an import has read, line by line on disk, so that one that was killed goes on where it stopped.

Holds no identity: files are known by a keyed hash of name, size and time, people by pseudonyms.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generation.imaging.box import Box
from generation.imaging.picture import Facts, Person
from generation.imaging.reader import Reading

FORMAT = "counterpart-journal/1"


class Journal:
    """Readings by key, in a file that only grows. A line that a kill cut short is as if never written."""

    def __init__(self, path: Path, *, settings: str) -> None:
        """``settings``: what the readings depend on; a journal of others is begun anew."""
        self._head = json.dumps({"format": FORMAT, "settings": settings})
        self.readings: dict[str, Reading] = {}
        whole = self._load(path)
        self._stream = os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | (0 if whole else os.O_TRUNC), 0o600),
            "w",
            encoding="utf-8",
        )
        self._stream.seek(whole)
        self._stream.truncate()
        if not whole:
            self._stream.write(self._head + "\n")

    def _load(self, path: Path) -> int:
        """Read what is whole and return how many bytes that is."""
        if not path.exists():
            return 0
        whole = 0
        with path.open("rb") as stream:
            for number, line in enumerate(stream):
                if not line.endswith(b"\n") or (number == 0 and line[:-1] != self._head.encode()):
                    break
                if number:
                    key, said = json.loads(line)
                    self.readings[key] = reading_of(said)
                whole += len(line)
        return whole

    def add(self, key: str, reading: Reading) -> None:
        """Write one reading, at once: a kill of this process loses none that was added."""
        self._stream.write(json.dumps([key, asdict(reading)], separators=(",", ":")) + "\n")
        self._stream.flush()

    def close(self) -> None:
        self._stream.close()


def reading_of(said: dict[str, Any]) -> Reading:
    """Return what ``asdict`` took apart."""
    return Reading(
        **{
            **said,
            "exposed": Box(**said["exposed"]) if said["exposed"] else None,
            "text": tuple(Box(**box) for box in said["text"]),
            "guesses": tuple((column, value) for column, value in said["guesses"]),
            "facts": Facts(**said["facts"]),
            "person": Person(**said["person"]),
        }
    )
