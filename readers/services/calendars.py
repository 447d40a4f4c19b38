"""Addresses of calendars: made on demand, renewed when one has become known."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from readers.errors import RoleRequired
from readers.models import Action, CalendarFeed, Reader, Study
from readers.models.calendar_feed import new_token
from readers.permissions import require_coordinator
from readers.services.audit import record


def feed_of_reader(reader: Reader) -> CalendarFeed:
    """The calendar of one reader."""
    return CalendarFeed.objects.get_or_create(study=reader.study, reader=reader)[0]


def feed_of_study(study: Study) -> CalendarFeed:
    """The calendar of all readers of a study, for its coordinators."""
    return CalendarFeed.objects.get_or_create(study=study, reader=None)[0]


def renew_feed(*, feed: CalendarFeed, by: User) -> CalendarFeed:
    """Give a calendar a new address; the old one ends. Readers renew their own, coordinators the study's."""
    if feed.reader is None:
        require_coordinator(user=by, study=feed.study)
    elif feed.reader.user_id != by.pk:
        raise RoleRequired(_("Only the reader can renew the address of this calendar."))
    with transaction.atomic():
        feed.token = new_token()
        feed.full_clean()
        feed.save()
        record(action=Action.CALENDAR_RENEWED, actor=by, study=feed.study, target=feed)
    return feed
