"""Which phase may follow which, and by what act. Phases are derived; this says what may come out."""

from __future__ import annotations

from enum import StrEnum

from readers.protocol.phases import Phase


class Cause(StrEnum):
    """What moves a reader into another phase."""

    ENROLMENT = "enrolment"
    PROTOCOL_CHANGE = "protocol change"
    SUBMISSION = "submission"
    FORM_LOCK = "form lock"
    TIME = "time"
    REOPENING = "reopening"
    UNLOCK = "unlock"


class ImpossibleTransition(AssertionError):
    """An act moved a reader as no protocol allows; it must not be committed."""


# Phases that a study leaves out (no training, no exploratory videos, a washout that is over) are passed over.
# Before any case is read the protocol may still change, and the first phase with it.
TRANSITIONS: dict[tuple[Phase | None, Cause], frozenset[Phase]] = {
    (None, Cause.ENROLMENT): frozenset({Phase.TRAINING, Phase.EXPLORATORY, Phase.CONSENSUS, Phase.WASHOUT})
    | {Phase.BLINDED},
    (Phase.TRAINING, Cause.PROTOCOL_CHANGE): frozenset({Phase.EXPLORATORY, Phase.CONSENSUS}),
    (Phase.EXPLORATORY, Cause.PROTOCOL_CHANGE): frozenset({Phase.TRAINING, Phase.CONSENSUS}),
    (Phase.CONSENSUS, Cause.PROTOCOL_CHANGE): frozenset({Phase.TRAINING, Phase.EXPLORATORY}),
    (Phase.TRAINING, Cause.SUBMISSION): frozenset({Phase.EXPLORATORY, Phase.CONSENSUS, Phase.WASHOUT})
    | {Phase.BLINDED},
    (Phase.EXPLORATORY, Cause.SUBMISSION): frozenset({Phase.CONSENSUS, Phase.WASHOUT, Phase.BLINDED}),
    (Phase.CONSENSUS, Cause.FORM_LOCK): frozenset({Phase.WASHOUT, Phase.BLINDED}),
    (Phase.WASHOUT, Cause.TIME): frozenset({Phase.BLINDED}),
    (Phase.BLINDED, Cause.REOPENING): frozenset({Phase.WASHOUT}),
    (Phase.BLINDED, Cause.SUBMISSION): frozenset({Phase.LOCKED}),
    (Phase.LOCKED, Cause.UNLOCK): frozenset({Phase.BLINDED}),
}


def check(before: Phase | None, after: Phase, cause: Cause) -> None:
    """Raise `ImpossibleTransition` unless `cause` may move a reader from `before` to `after`."""
    if after not in TRANSITIONS.get((before, cause), frozenset()):
        raise ImpossibleTransition(f"{cause} moved a reader from {before} to {after}")
