"""What a coordinator should look at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from readers.protocol.participation import LEFT, State
from readers.protocol.phases import Phase

LATE = timedelta(days=7)


class Attention(StrEnum):
    """Why, the most pressing first."""

    LATE = "late"
    UNSIGNED = "unsigned"
    NEVER_SIGNED_IN = "never_signed_in"
    PAUSED = "paused"


@dataclass(frozen=True)
class Standing:
    """What is known of a reader; `could_read_since`: from when a video has been open to the reader."""

    state: State
    phase: Phase
    could_read_since: datetime | None
    last_active: datetime | None
    has_signed_in: bool
    owes_signature: bool


def attention(standing: Standing, *, now: datetime) -> list[Attention]:
    """Reasons to look after a reader; none for one who has left or finished."""
    if standing.state in LEFT or standing.phase is Phase.LOCKED:
        return []
    if standing.state is State.PAUSED:
        return [Attention.PAUSED]
    found = []
    if standing.could_read_since is not None:
        idle_since = max(filter(None, (standing.could_read_since, standing.last_active)))
        if now - idle_since > LATE:
            found.append(Attention.LATE)
    if standing.owes_signature:
        found.append(Attention.UNSIGNED)
    if not standing.has_signed_in:
        found.append(Attention.NEVER_SIGNED_IN)
    return found
