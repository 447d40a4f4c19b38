"""Whether a reader takes part: which events may follow which, and the state that they leave."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class State(StrEnum):
    """What a reader may do in the study: read (`active`), nothing for a while, or nothing ever again."""

    ACTIVE = "active"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class Event(StrEnum):
    """What can happen to a reader after the enrolment."""

    PAUSED = "paused"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


# A withdrawal is for good: whoever came back would read with what was learnt outside the protocol.
TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.ACTIVE, Event.PAUSED): State.PAUSED,
    (State.PAUSED, Event.RESUMED): State.ACTIVE,
    (State.ACTIVE, Event.WITHDRAWN): State.WITHDRAWN,
    (State.PAUSED, Event.WITHDRAWN): State.WITHDRAWN,
    (State.WITHDRAWN, Event.REPLACED): State.REPLACED,
}
LEFT = (State.WITHDRAWN, State.REPLACED)


def state_after(kind: str | None) -> State:
    """State of a reader whose latest event is `kind`; None: there was none."""
    if kind is None or kind == Event.RESUMED:
        return State.ACTIVE
    return State(kind)


def possible_events(state: State) -> Sequence[Event]:
    """What can happen to a reader in this state, in the order of `Event`."""
    return [event for event in Event if (state, event) in TRANSITIONS]
