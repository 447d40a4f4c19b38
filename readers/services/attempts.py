"""Attempts of readers: a refused one undoes itself, and stays on record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from readers.errors import ExploratoryUnfinished, FormNotLocked, NoSuchCase, ProtocolError, WashoutNotOver
from readers.models import Action, Assignment, Deviation, Study
from readers.services.audit import Target, record
from readers.services.deviations import note_automatically

TOO_EARLY = (ExploratoryUnfinished, FormNotLocked, WashoutNotOver)


@contextmanager
def reading(*, attempt: str, public_id: UUID, by: User) -> Iterator[None]:
    """A transaction of a reader on a case. A refusal undoes it, and is put on record before it goes on."""
    try:
        with transaction.atomic():
            yield
    except ProtocolError as refusal:
        _put_on_record(refusal, attempt=attempt, public_id=public_id, by=by)
        raise


@contextmanager
def looking(*, attempt: str, public_id: UUID, by: User) -> Iterator[None]:
    """A look at a case, which writes nothing unless it is refused as too early or as another person's."""
    try:
        yield
    except (*TOO_EARLY, NoSuchCase) as refusal:
        _put_on_record(refusal, attempt=attempt, public_id=public_id, by=by)
        raise


def record_refusal(*, attempt: str, public_id: UUID, by: User, code: str) -> None:
    """Put on record that a person tried something with a case and was refused; `code` says why."""
    record(
        action=Action.READING_REFUSED,
        actor=by,
        study=Study.objects.filter(readers__assignments__public_id=public_id).first(),
        target=Target(Assignment._meta.model_name or "", str(public_id)),
        details={"attempt": attempt, "refusal": code},
    )


def _put_on_record(refusal: ProtocolError, *, attempt: str, public_id: UUID, by: User) -> None:
    with transaction.atomic():
        if isinstance(refusal, TOO_EARLY):
            _note_early(public_id, by, refusal)
        record_refusal(attempt=attempt, public_id=public_id, by=by, code=refusal.code)


def _note_early(public_id: UUID, by: User, refusal: ProtocolError) -> None:
    """One deviation for each case and day: a reader may try again and again."""
    case = Assignment.objects.select_related("reader__study").get(public_id=public_id, reader__user=by)
    note_automatically(
        kind=Deviation.Kind.EARLY,
        reader=case.reader,
        text=f"Blinded video {case.position} was asked for and refused ({refusal.code}).",
        source=f"early:{public_id}:{timezone.now():%Y-%m-%d}",
    )
