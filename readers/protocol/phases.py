"""The phase a reader is in, derived from facts and never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from readers.protocol import washout


class Phase(StrEnum):
    """Where a reader stands in the study, in order."""

    TRAINING = "training"
    EXPLORATORY = "exploratory"
    CONSENSUS = "consensus"
    WASHOUT = "washout"
    BLINDED = "blinded"
    LOCKED = "locked"


@dataclass(frozen=True)
class Facts:
    """What the record says about one reader: counts of cases, and times in UTC.

    `last_opening`, `last_submission`: the latest of exploratory cases, None if never. Training cases count
    for no clock. `clock_days`: by how much the clock of a rehearsal was moved on.
    """

    n_training: int
    training_submitted: int
    n_exploratory: int
    exploratory_submitted: int
    n_blinded: int
    blinded_submitted: int
    washout_days: int
    washout_anchor: str
    last_opening: datetime | None
    last_submission: datetime | None
    form_locked_at: datetime | None
    clock_days: int = 0

    @property
    def opens_at(self) -> datetime | None:
        """When blinded videos may be opened; None until the exploratory phase is done and the form locked."""
        if self.exploratory_submitted < self.n_exploratory:
            return None
        return washout.opens_at(
            anchor=self.washout_anchor,
            last_opening=self.last_opening,
            last_submission=self.last_submission,
            form_locked_at=self.form_locked_at,
            washout_days=self.washout_days,
            clock_days=self.clock_days,
        )


def phase_of(facts: Facts, *, now: datetime) -> Phase:
    """Phase of a reader at `now` (UTC). The washout clock already runs during consensus."""
    if facts.training_submitted < facts.n_training:
        return Phase.TRAINING
    if facts.exploratory_submitted < facts.n_exploratory:
        return Phase.EXPLORATORY
    opens_at = facts.opens_at
    if opens_at is None:
        return Phase.CONSENSUS
    if now < opens_at:
        return Phase.WASHOUT
    return Phase.BLINDED if facts.blinded_submitted < facts.n_blinded else Phase.LOCKED
