"""What the log of the reading page tells of cases: time of active reading, frames seen, when to pause."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from readers import errors
from readers.models import Assignment, Exposure, Reader, ViewingEvent
from readers.protocol import display, viewing
from readers.protocol.viewing import LogEvent

Sitting = tuple[datetime, list[LogEvent]]

# Nobody reads longer than this without a night's sleep; it bounds what is looked at for a session.
SESSION_WINDOW = timedelta(hours=12)


def check_frames_seen(assignment: Assignment) -> None:
    """Raise `FramesUnseen` where the phase asks for all frames and some were not on the screen yet."""
    settings = display.parse(assignment.reader.study.display)[assignment.phase]
    video = assignment.study_video.video
    if not settings.see_all_frames or video is None:
        return
    if missing := viewing.missing_ranges(
        frames_seen(assignment, n_frames=video.n_frames), n_frames=video.n_frames
    ):
        raise errors.FramesUnseen(missing)


def frames_seen(assignment: Assignment, *, n_frames: int) -> set[int]:
    """Positions (as shown, from 0) of a case that were on its reader's screen."""
    events = ViewingEvent.objects.filter(assignment=assignment, kind="frames")
    return viewing.frames_seen(map(_log_event, events), n_frames=n_frames)


def active_seconds(cases: QuerySet[Assignment]) -> dict[int, float]:
    """Seconds of active reading of each case that has a log, by primary key, in two queries."""
    sittings = _sittings(ViewingEvent.objects.filter(assignment__in=cases))
    return {pk: viewing.active_seconds(of_case) for pk, of_case in sittings.items()}


def n_frames_seen(cases: QuerySet[Assignment]) -> dict[int, int]:
    """How many different frames of each case were on its reader's screen, by primary key; two queries."""
    logs: defaultdict[int, list[LogEvent]] = defaultdict(list)
    for event in ViewingEvent.objects.filter(assignment__in=cases, kind="frames"):
        logs[event.assignment_id].append(_log_event(event))
    sizes = dict(cases.values_list("pk", "study_video__video__n_frames"))
    return {pk: len(viewing.frames_seen(log, n_frames=sizes[pk])) for pk, log in logs.items()}


def session_seconds(reader: Reader, *, without: Assignment | None = None) -> float:
    """Seconds of active reading since the reader's last pause of at least the study's `pause_minutes`.

    `without` leaves one case out: what the session was before it.
    """
    events = _of_today([reader])
    if without is not None:
        events = events.exclude(assignment=without)
    return _since_pause(reader, _sittings(events).values())


def pauses_advised(readers: Iterable[Reader]) -> set[int]:
    """Primary keys of those who have read for a session length of their study and not paused since."""
    limited = [reader for reader in readers if reader.study.session_minutes]
    events = _of_today(limited)
    reader_of = dict(events.values_list("assignment", "assignment__reader").distinct().order_by())
    logs: defaultdict[int, list[list[Sitting]]] = defaultdict(list)
    for case, sittings in _sittings(events).items():
        logs[reader_of[case]].append(sittings)
    return {
        reader.pk
        for reader in limited
        if _since_pause(reader, logs[reader.pk]) >= 60 * reader.study.session_minutes
    }


def pause_due_after(assignment: Assignment) -> bool:
    """Whether this case filled a session: once for each session length, however long the reader goes on."""
    reader = assignment.reader
    length = 60 * reader.study.session_minutes
    if not length:
        return False
    return session_seconds(reader) // length > session_seconds(reader, without=assignment) // length


def _of_today(readers: list[Reader]) -> QuerySet[ViewingEvent]:
    since = timezone.now() - SESSION_WINDOW
    return ViewingEvent.objects.filter(assignment__reader__in=readers, received_at__gte=since)


def _since_pause(reader: Reader, cases: Iterable[list[Sitting]]) -> float:
    intervals = [
        (opened_at.timestamp() + first, opened_at.timestamp() + last)
        for sittings in cases
        for opened_at, log in sittings
        for first, last in viewing.active_intervals(opened_at, log)
    ]
    return viewing.since_pause(
        intervals, now=timezone.now().timestamp(), pause_seconds=60 * reader.study.pause_minutes
    )


def _sittings(events: QuerySet[ViewingEvent]) -> dict[int, list[Sitting]]:
    """Sittings of each case by primary key, with the opening that each followed."""
    logs: defaultdict[int, defaultdict[object, list[LogEvent]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        logs[event.assignment_id][event.sitting].append(_log_event(event))
    openings: defaultdict[int, list[datetime]] = defaultdict(list)
    for exposure in Exposure.objects.filter(assignment__in=list(logs)).order_by("opened_at"):
        openings[exposure.assignment_id].append(exposure.opened_at)
    return {
        pk: [(_opening(openings[pk], log), log) for log in of_case.values()] for pk, of_case in logs.items()
    }


def _opening(openings: list[datetime], log: Iterable[LogEvent]) -> datetime:
    first_received = min(event.received_at for event in log)
    return openings[bisect_right(openings, first_received) - 1]


def _log_event(event: ViewingEvent) -> LogEvent:
    return LogEvent(
        sequence=event.sequence,
        kind=event.kind,
        at_ms=event.at_ms,
        received_at=event.received_at,
        data=event.data,
    )
