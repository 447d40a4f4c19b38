"""How the readers of a study stand: what its team may see, without a single answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from readers.models import Reader, Study
from readers.protocol import washout
from readers.protocol.phases import Facts, Phase, phase_of
from readers.selectors.facts import facts_by_reader


@dataclass(frozen=True)
class ReaderProgress:
    """One row of a study's page; `left` is the washout still to run."""

    reader: Reader
    phase: Phase
    facts: Facts
    left: timedelta | None
    last_active: datetime | None


def study_progress(study: Study) -> list[ReaderProgress]:
    """All readers of a study by code, in two queries."""
    now = timezone.now()
    readers = (
        Reader.objects.filter(study=study)
        .select_related("user")
        .annotate(
            last_opened=Max("assignments__exposures__opened_at"),
            last_answered=Max("assignments__answers__answered_at"),
            last_submitted=Max("assignments__submission__submitted_at"),
        )
        .order_by("code")
    )
    facts = facts_by_reader(Reader.objects.filter(study=study))
    return [
        ReaderProgress(
            reader=reader,
            phase=(phase := phase_of(facts[reader.pk], now=now)),
            facts=facts[reader.pk],
            left=_left(facts[reader.pk], phase, now),
            last_active=max(
                filter(None, (reader.last_opened, reader.last_answered, reader.last_submitted)), default=None
            ),
        )
        for reader in readers
    ]


def _left(facts: Facts, phase: Phase, now: datetime) -> timedelta | None:
    if phase is not Phase.WASHOUT or facts.opens_at is None:
        return None
    return washout.remaining(opens_at=facts.opens_at, now=now)
