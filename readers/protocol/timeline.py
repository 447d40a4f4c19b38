"""The phases of one reader in a row: what is done, what is now, what is to come, with dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from readers.protocol.phases import Phase


class When(StrEnum):
    """Where a phase lies for a reader."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to_come"


@dataclass(frozen=True)
class Step:
    """One phase; `at` is when it ended (done), began (now) or begins (to come), None if not known."""

    phase: Phase
    when: When
    at: datetime | None


def timeline(phase: Phase, *, phases: Sequence[Phase], began: Mapping[Phase, datetime | None]) -> list[Step]:
    """Steps of a reader who is in `phase`; `began` has the (foreseen) beginning of each phase, in UTC.

    A phase is over when the next one with a known beginning begins.
    """
    here = phases.index(phase)
    steps = []
    for place, step in enumerate(phases):
        if place < here:
            later = (began.get(after) for after in phases[place + 1 : here + 1])
            steps.append(Step(step, When.DONE, next(filter(None, later), None)))
        else:
            steps.append(Step(step, When.NOW if place == here else When.TO_COME, began.get(step)))
    return steps
