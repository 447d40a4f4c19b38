"""The case whose frames a browser may hold before it is opened: the next in the reader's own order."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from readers import errors
from readers.models import Assignment
from readers.protocol.phases import phase_of
from readers.selectors.access import current_assignment, shown_assignment
from readers.selectors.facts import facts_of
from readers.selectors.own_case import own_assignment
from readers.selectors.submissions import unsubmitted


def next_assignment(assignment: Assignment) -> Assignment | None:
    """The case to be read after this one, if this is the reader's current case of the phase open now."""
    phase = phase_of(facts_of(assignment.reader), now=timezone.now())
    if assignment != current_assignment(assignment.reader, phase):
        return None
    later = Assignment.objects.filter(
        reader=assignment.reader_id, phase=assignment.phase, position__gt=assignment.position
    )
    return unsubmitted(later).order_by("position").first()


def sendable_assignment(*, user: User, public_id: UUID) -> Assignment:
    """The case whose bundle may be sent: one that is shown, or the next one if that was put on record.

    Raises the refusal of `shown_assignment` otherwise.
    """
    try:
        return shown_assignment(user=user, public_id=public_id)
    except (errors.NotYourTurn, errors.NotOpened):
        assignment = own_assignment(user=user, public_id=public_id)
        if not hasattr(assignment, "prefetch"):
            raise
        current = current_assignment(
            assignment.reader, phase_of(facts_of(assignment.reader), now=timezone.now())
        )
        if current is None or not current.exposures.exists() or next_assignment(current) != assignment:
            raise
        return assignment
