"""Ratings: what the stats room gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from readers.models import Answer, ReaderEvent, Study
from readers.protocol.participation import LEFT


@dataclass(frozen=True)
class Rating:
    """The current, locked answer of one reader to one criterion of one video, as shown (1 to 5)."""

    study: str
    criterion: str
    criterion_name: str
    video: str
    reader: str
    specialty: str
    phase: str
    position: int
    direction: str
    score: int
    answered_at: datetime
    submitted_at: datetime
    withdrawn: bool


def ratings(study: Study, *, include_withdrawn: bool = False) -> list[Rating]:
    """All ratings of a study, by criterion, video and reader, in one query.

    Only submitted cases count, and of each answer only the latest version. What a reader submitted before
    withdrawing is handed out on demand, and says so.
    """
    superseded = Answer.objects.filter(
        assignment=OuterRef("assignment"), criterion=OuterRef("criterion"), version__gt=OuterRef("version")
    )
    left = ReaderEvent.objects.filter(reader=OuterRef("assignment__reader"), kind__in=LEFT)
    rows = (
        Answer.objects.filter(assignment__reader__study=study, assignment__submission__isnull=False)
        .filter(~Exists(superseded))
        .annotate(withdrawn=Exists(left))
        .filter(Q() if include_withdrawn else Q(withdrawn=False))
        .order_by("criterion__position", "assignment__study_video__label", "assignment__reader__code")
        .values_list(
            "criterion__key",
            "criterion__name",
            "assignment__study_video__label",
            "assignment__reader__code",
            "assignment__reader__specialty",
            "assignment__phase",
            "assignment__position",
            "assignment__direction",
            "score",
            "answered_at",
            "assignment__submission__submitted_at",
            "withdrawn",
        )
    )
    return [Rating(study.slug, *row) for row in rows]
