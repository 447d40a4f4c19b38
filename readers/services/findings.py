"""Deviations that the system finds while people read."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Min
from django.utils import timezone

from readers.models import Assignment, Deviation, DisplayCheck, Reader, ViewingEvent
from readers.protocol.clock import clock_problem
from readers.selectors.viewing import session_seconds
from readers.services.deviations import note_automatically

# A session twice as long as advised is more than one more video before the pause.
FAR_BEYOND = 2


def note_display(check: DisplayCheck) -> None:
    """Note a screen that does not show greys as it should; on the test page, of each reading."""
    unseen = [check.dark_seen, check.light_seen, check.steps_seen].count(False)
    if not (check.wrong_greys or unseen):
        return
    found = f"{check.wrong_greys} of 256 greys came out wrong, {unseen} of 3 test patterns were not seen"
    if check.assignment is not None:
        case = check.assignment
        readers, place = [case.reader], f"when {case.phase} case {case.position} was opened"
    else:
        own = Reader.objects.filter(user=check.by, study__archived_at=None).order_by("pk")
        # All rows before the first entry on the audit trail: others may hold one of them and wait for it.
        readers, place = list(own.select_for_update(no_key=True)), "on the test page"
    for reader in readers:
        note_automatically(
            kind=Deviation.Kind.DISPLAY,
            reader=reader,
            text=f"Display check {place}: {found}.",
            source=f"display:{check.pk}:{reader.pk}",
        )


def note_long_session(reader: Reader) -> None:
    """Note, once a day, a session far beyond the study's advice."""
    advised = reader.study.session_minutes
    if not advised or (minutes := session_seconds(reader) / 60) < FAR_BEYOND * advised:
        return
    note_automatically(
        kind=Deviation.Kind.SESSION,
        reader=reader,
        text=f"{minutes:.0f} minutes of reading without a pause; {advised} are advised.",
        source=f"session:{reader.pk}:{timezone.now():%Y-%m-%d}",
    )


def note_clock(assignment: Assignment, sitting: UUID) -> None:
    """Note, once for each sitting, a page's clock that cannot be right."""
    opened_at = assignment.exposures.aggregate(first=Min("opened_at"))["first"]
    marks = ViewingEvent.objects.filter(sitting=sitting).values_list("sequence", "at_ms")
    problem = clock_problem(marks, elapsed=(timezone.now() - opened_at).total_seconds())
    if problem:
        note_automatically(
            kind=Deviation.Kind.CLOCK,
            reader=assignment.reader,
            text=f"Clock of the page of {assignment.phase} case {assignment.position}: {problem}.",
            source=f"clock:{sitting}",
        )
