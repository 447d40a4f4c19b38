"""Ratings, and what could not be judged: what the stats room gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from readers.models import Answer, ReaderEvent, Study
from readers.models.choices import VideoKind
from readers.protocol.participation import LEFT
from readers.selectors.submissions import standing


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One criterion of one submitted case, whatever was said of it."""

    criterion: str
    criterion_name: str
    video: str
    reader: str
    specialty: str
    phase: str
    position: int
    direction: str
    reading: int
    kind: str
    answered_at: datetime


@dataclass(frozen=True, kw_only=True)
class Rating(Judged):
    """The current, locked answer of one reader to one criterion of one video, as shown (1 to 5)."""

    study: str
    score: int
    submitted_at: datetime
    withdrawn: bool


@dataclass(frozen=True, kw_only=True)
class NotJudged(Judged):
    """A criterion of a submitted case that its reader could not judge, and why."""

    reason: str


# Where each field of `Judged` comes from.
CASE = {
    "criterion": "criterion__key",
    "criterion_name": "criterion__name",
    "video": "assignment__study_video__label",
    "reader": "assignment__reader__code",
    "specialty": "assignment__reader__specialty",
    "phase": "assignment__phase",
    "position": "assignment__position",
    "direction": "assignment__direction",
    "reading": "assignment__reading",
    "kind": "assignment__study_video__kind",
    "answered_at": "answered_at",
}
RATING = CASE | {
    "score": "score",
    "submitted_at": "assignment__submissions__submitted_at",
    "withdrawn": "withdrawn",
}
NOT_JUDGED = CASE | {"reason": "reason"}


def ratings(
    study: Study,
    *,
    include_withdrawn: bool = False,
    reading: int = 1,
    kind: str = VideoKind.COUNTERFACTUAL,
) -> list[Rating]:
    """Ratings of a study, by criterion, video and reader, in one query.

    Those of the tables are first readings of counterfactual videos; second readings (`reading` 2) and null
    videos (`kind`) are handed out on demand and never mixed with them.

    Only submitted cases count, of each answer only the latest version, and only scores. What a reader
    submitted before withdrawing is handed out on demand, and says so.
    """
    rows = locked_answers(
        study, Answer.Kind.SCORE, include_withdrawn=include_withdrawn, reading=reading, video_kind=kind
    ).values_list(*RATING.values())
    return [Rating(study=study.slug, **dict(zip(RATING, row, strict=True))) for row in rows]


def not_judged(study: Study) -> list[NotJudged]:
    """All criteria of submitted cases that could not be judged, in the order of the ratings, in one query."""
    rows = locked_answers(study, Answer.Kind.CANNOT_JUDGE).values_list(*NOT_JUDGED.values())
    return [NotJudged(**dict(zip(NOT_JUDGED, row, strict=True))) for row in rows]


def locked_answers(
    study: Study,
    kind: Answer.Kind,
    *,
    include_withdrawn: bool = False,
    reading: int = 1,
    video_kind: str = VideoKind.COUNTERFACTUAL,
) -> QuerySet[Answer]:
    """The latest versions of a kind in submitted cases, by criterion, video and reader."""
    left = ReaderEvent.objects.filter(reader=OuterRef("assignment__reader"), kind__in=LEFT)
    superseded = Answer.objects.filter(
        assignment=OuterRef("assignment"), criterion=OuterRef("criterion"), version__gt=OuterRef("version")
    )
    return (
        Answer.objects.filter(
            standing("assignment__submissions__"),
            assignment__reader__study=study,
            assignment__reading=reading,
            assignment__study_video__kind=video_kind,
            kind=kind,
        )
        .filter(~Exists(superseded))
        .annotate(withdrawn=Exists(left))
        .filter(Q() if include_withdrawn else Q(withdrawn=False))
        .order_by("criterion__position", "assignment__study_video__label", "assignment__reader__code")
    )
