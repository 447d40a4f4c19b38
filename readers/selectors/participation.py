"""Which readers take part: the state that each reader's latest event left."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from readers.errors import ReaderPaused, ReaderWithdrawn, StudyArchived
from readers.models import Reader, ReaderEvent, Study
from readers.protocol.participation import LEFT, Event, State, state_after


def latest_event(reader: str) -> Coalesce:
    """The kind of the last thing that happened to a reader; `reader` is the path to the reader's key."""
    events = ReaderEvent.objects.filter(reader=OuterRef(reader)).order_by("-pk")
    # Without a value for readers to whom nothing happened, SQL would leave them out of every "not in".
    return Coalesce(Subquery(events.values("kind")[:1]), Value(Event.RESUMED.value))


def states_of(readers: QuerySet[Reader]) -> dict[int, State]:
    """State of each reader, by primary key, in one query."""
    rows = readers.annotate(latest=latest_event("pk")).values_list("pk", "latest")
    return {pk: state_after(latest) for pk, latest in rows}


def state_of(reader: Reader) -> State:
    """State of one reader."""
    return states_of(Reader.objects.filter(pk=reader.pk))[reader.pk]


def withdrawn(study: Study) -> set[int]:
    """Primary keys of the readers who have left a study, replaced or not."""
    states = states_of(Reader.objects.filter(study=study))
    return {pk for pk, state in states.items() if state in LEFT}


def remaining_readers(study: Study) -> QuerySet[Reader]:
    """Readers of a study who have not left it; a pause ends."""
    readers = Reader.objects.filter(study=study).annotate(latest=latest_event("pk"))
    return readers.exclude(latest__in=[str(state) for state in LEFT]).order_by("code")


def check_takes_part(reader: Reader) -> None:
    """Raise the reason why a reader may read nothing at all now."""
    check_state(state_of(reader), reader.study)


def check_state(state: State, study: Study) -> None:
    """Raise the reason why a reader in this state may read nothing at all in the study now."""
    if study.archived_at is not None:
        raise StudyArchived
    if state in LEFT:
        raise ReaderWithdrawn
    if state is State.PAUSED:
        raise ReaderPaused
