"""A reader's own case, with everything that decides whether it may be opened, in one query."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from readers import errors
from readers.models import Assignment, Exposure, Unlock
from readers.selectors.participation import latest_event
from readers.selectors.protocol_signed import is_settled
from readers.selectors.submissions import standing_of, unsubmitted


class Standing(TypedDict):
    """How a case stood when it was read; the person's next act may change that.

    `settled`: the study's protocol is signed, or was begun with. `latest_event`: the kind of the last thing
    that happened to the reader. `unlocked`: why a coordinator last opened the case again. `in_turn`: no case
    before it waits. `of_phase`: how many cases the reader has in its phase.
    """

    settled: bool
    latest_event: str
    submitted: bool
    unlocked: str | None
    last_opened: datetime | None
    in_turn: bool
    of_phase: int


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    OwnCase = WithAnnotations[Assignment, Standing]
else:
    OwnCase = Assignment


def own_assignment(*, user: User, public_id: UUID) -> OwnCase:
    """The person's own assignment, open or not; raises `NoSuchCase` for anybody else's."""
    try:
        return _cases().get(public_id=public_id, reader__user_id=user.pk)
    except Assignment.DoesNotExist:
        raise errors.NoSuchCase from None


def _cases() -> QuerySet[OwnCase]:
    alike = Assignment.objects.filter(reader=OuterRef("reader"), phase=OuterRef("phase")).order_by()
    openings = Exposure.objects.filter(assignment=OuterRef("pk")).order_by("-opened_at")
    unlocks = Unlock.objects.filter(submission__assignment=OuterRef("pk")).order_by("-at", "-pk")
    return Assignment.objects.select_related("reader__study", "reader__user", "study_video__video").annotate(
        settled=is_settled("reader__study"),
        latest_event=latest_event("reader"),
        submitted=Exists(standing_of("pk")),
        unlocked=Subquery(unlocks.values("reason")[:1]),
        last_opened=Subquery(openings.values("opened_at")[:1]),
        in_turn=~Exists(unsubmitted(alike.filter(position__lt=OuterRef("position")))),
        of_phase=Subquery(alike.values("phase").annotate(n=Count("pk")).values("n")),
    )
