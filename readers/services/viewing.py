"""The log of the reading page: what the page reports is stored once, with the server's time of receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from readers import errors
from readers.models import ViewingEvent
from readers.selectors.own_case import own_assignment
from readers.services.attempts import reading
from readers.services.findings import note_clock
from readers.services.reading import take_turn


def log_viewing(*, public_id: UUID, sitting: UUID, events: Sequence[Mapping[str, Any]], by: User) -> int:
    """Store those events of a batch that are not stored yet; returns how many were new.

    Sending a batch again changes nothing. Taken also after the submission: the last batch of a page may come
    late. Each event has `sequence`, `kind`, `at_ms` and `data`.
    """
    with reading(attempt="log_viewing", public_id=public_id, by=by):
        take_turn(public_id)
        assignment = own_assignment(user=by, public_id=public_id)
        if not assignment.exposures.exists():
            raise errors.NotOpened
        if ViewingEvent.objects.filter(sitting=sitting).exclude(assignment=assignment).exists():
            raise errors.LogRefused
        by_number = {event["sequence"]: event for event in events}
        stored = ViewingEvent.objects.filter(sitting=sitting, sequence__in=by_number)
        for number in stored.values_list("sequence", flat=True):
            del by_number[number]
        now = timezone.now()
        ViewingEvent.objects.bulk_create(
            ViewingEvent(assignment=assignment, sitting=sitting, received_at=now, **event)
            for event in by_number.values()
        )
        note_clock(assignment, sitting)
    return len(by_number)
