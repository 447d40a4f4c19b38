"""Ratings: what the stats room gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from readers.models import Answer, Study


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


def ratings(study: Study) -> list[Rating]:
    """All ratings of a study, by criterion, video and reader, in one query.

    Only submitted cases count, and of each answer only the latest version.
    """
    superseded = Answer.objects.filter(
        assignment=OuterRef("assignment"), criterion=OuterRef("criterion"), version__gt=OuterRef("version")
    )
    rows = (
        Answer.objects.filter(assignment__reader__study=study, assignment__submission__isnull=False)
        .filter(~Exists(superseded))
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
        )
    )
    return [Rating(study.slug, *row) for row in rows]
