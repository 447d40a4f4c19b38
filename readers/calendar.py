"""Calendars (RFC 5545) of when blinded phases open: times in UTC, codes for names, no title of a study."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from readers.models import CalendarFeed, Reader
from readers.protocol.participation import LEFT
from readers.selectors.facts import facts_by_reader
from readers.selectors.participation import states_of

PRODUCT = "-//Counterpart//reader study//EN"
# A slot that shows in the calendar; reading may begin at any time after its start.
LENGTH = timedelta(minutes=30)


def calendar_of(feed: CalendarFeed) -> bytes:
    """The feed as iCalendar text: one event for each reader (or the one reader) whose opening is known.

    An event keeps its UID when its time moves, so that calendar programs move it too.
    """
    readers = Reader.objects.filter(study=feed.study_id).order_by("code")
    if feed.reader_id is not None:
        readers = readers.filter(pk=feed.reader_id)
    facts, states = facts_by_reader(readers), states_of(readers)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Reading"))
    for event in _events(readers, facts, states):
        calendar.add_component(event)
    return calendar.to_ical()


def _events(readers: Iterable[Reader], facts: dict, states: dict) -> Iterable[Event]:
    for reader in readers:
        opens_at = facts[reader.pk].opens_at
        if opens_at is None or states[reader.pk] in LEFT:
            continue
        start = _next_minute(opens_at.astimezone(UTC))
        event = Event()
        event.add("uid", f"blinded-{reader.pk}@counterpart")
        event.add("dtstamp", timezone.now())
        event.add("dtstart", start)
        event.add("dtend", start + LENGTH)
        event.add("summary", _("%(code)s: blinded phase opens") % {"code": reader.code})
        event.add("transp", "TRANSPARENT")
        yield event


def _next_minute(moment: datetime) -> datetime:
    return moment + (moment.replace(second=0, microsecond=0) - moment) % timedelta(minutes=1)
