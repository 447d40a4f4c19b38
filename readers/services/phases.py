"""Phases on record: an act that moves a reader into another phase leaves an audit event that says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from readers.models import Action, AuditEvent, Exposure, Reader, Study
from readers.protocol.phases import Phase, phase_of
from readers.protocol.transitions import Cause, check
from readers.selectors.facts import facts_by_reader
from readers.services.audit import record


@contextmanager
def phases_entered(
    *, cause: Cause, by: User, reader: Reader | None = None, study: Study | None = None
) -> Iterator[None]:
    """Put on record who is in another phase after the act inside: one reader, or any of a study.

    To be used within the transaction of the act: `ImpossibleTransition` must undo it.
    """
    readers = Reader.objects.filter(pk=reader.pk) if reader else Reader.objects.filter(study=study)
    now = timezone.now()
    before = _phases(readers, now)
    yield
    for pk, phase in _phases(readers, now).items():
        if phase is not before[pk]:
            _enter(Reader.objects.select_related("study").get(pk=pk), before[pk], phase, cause, by)


def note_first_blinded_viewing(*, reader: Reader, by: User) -> None:
    """Put on record that the washout is over, at the first blinded case: no act ends it, only time."""
    viewings = Exposure.objects.filter(assignment__reader=reader, assignment__phase=Phase.BLINDED)
    if viewings.count() == 1 and _last_entered(reader) != Phase.BLINDED:
        _enter(reader, Phase.WASHOUT, Phase.BLINDED, Cause.TIME, by)


def _phases(readers: QuerySet[Reader], now: datetime) -> dict[int, Phase]:
    return {pk: phase_of(facts, now=now) for pk, facts in facts_by_reader(readers).items()}


def _enter(reader: Reader, before: Phase, after: Phase, cause: Cause, by: User) -> None:
    check(before, after, cause)
    record(
        action=Action.PHASE_ENTERED,
        actor=by,
        study=reader.study,
        target=reader,
        details={"phase": after.value, "before": before.value, "cause": cause.value},
    )


def _last_entered(reader: Reader) -> str | None:
    entered = AuditEvent.objects.filter(
        study=reader.study_id, action=Action.PHASE_ENTERED, target_type="reader", target_id=str(reader.pk)
    ).last()
    return entered.details["phase"] if entered else None
