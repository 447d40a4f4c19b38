"""What is wrong with a protocol: where, why, and what to do; all of it at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from readers.protocol.words import Sentence
from readers.protocol.words import gettext_noop as _

NEAREST = _("“%(key)s” is not known here. Did you mean “%(nearest)s”?")
UNKNOWN = _("“%(key)s” is not known here. Known are: %(known)s.")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong at `place` (as in `washout.days`; '' is the whole document).

    `message` is a sentence to be translated, filled from `values`; `line` counts from 1, None without a file.
    """

    place: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None

    @property
    def sentence(self) -> Sentence:
        """Why, and what to do."""
        return Sentence(self.message, self.values)

    @property
    def reason(self) -> str:
        """The sentence in English."""
        return str(self.sentence)

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        where = ", ".join(part for part in (line, self.place) if part)
        return f"{where}: {self.reason}" if where else self.reason


class ProtocolUnusable(ValueError):
    """A protocol that cannot be; `problems` are all of its faults, in the order of the document."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def unknown_key(key: object, known: Iterable[str], *, place: str) -> Problem:
    """The problem of a key that means nothing at `place`, with the nearest one that does."""
    known, key = list(known), shown(key)
    nearest = difflib.get_close_matches(key, known, n=1)
    if nearest:
        return Problem(place, NEAREST, {"key": key, "nearest": nearest[0]})
    return Problem(place, UNKNOWN, {"key": key, "known": ", ".join(known)})


def shown(value: object) -> str:
    """A value as a sentence can hold it: short, written as in the document, of real characters alone."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text[:60].encode(errors="replace").decode()
