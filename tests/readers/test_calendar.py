"""Calendars: read back with icalendar, at a secret address, with nothing but codes and times."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from readers.models import CalendarFeed
from readers.services.calendars import feed_of_reader, feed_of_study, renew_feed
from readers.services.participation import withdraw_reader
from tests.readers.conftest import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_world, clock):
    world = make_world(n_readers=3)
    for reader in world.readers[:2]:
        world.finish_exploratory(reader)
    world.lock_form()
    return world


def events(client, feed):
    answer = client.get(f"/calendar/{feed.token}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_reader_sees_the_own_opening_in_utc_rounded_up_to_the_minute(world, client):
    (event,) = events(client, feed_of_reader(world.readers[0]))
    start = event["DTSTART"].dt
    opens_at = world.opens_at(world.readers[0])
    assert start.utcoffset().total_seconds() == 0
    assert 0 <= (start - opens_at).total_seconds() < 60
    assert (start.second, start.microsecond) == (0, 0)
    assert event["DTSTAMP"].dt == START.replace(microsecond=0)
    assert "R1" in event["SUMMARY"]


def test_the_uid_stays_when_the_opening_moves(world, client, clock):
    feed = feed_of_reader(world.readers[0])
    (before,) = events(client, feed)
    clock.shift(3600)
    world.cases(world.readers[0], "exploratory")[0].exposures.create()
    (after,) = events(client, feed)
    assert before["UID"] == after["UID"]
    assert (after["DTSTART"].dt - before["DTSTART"].dt).total_seconds() == 3600


def test_the_study_s_calendar_has_every_opening_that_is_known_by_code(world, client):
    found = events(client, feed_of_study(world.study))
    assert [str(event["SUMMARY"])[:2] for event in found] == ["R1", "R2"]
    assert len({event["UID"] for event in found}) == 2
    withdraw_reader(reader=world.readers[0], reason="moved", by=world.coordinator)
    assert len(events(client, feed_of_study(world.study))) == 1
    assert events(client, feed_of_reader(world.readers[0])) == []


def test_nothing_in_a_calendar_unblinds_or_names(world, client):
    text = client.get(f"/calendar/{feed_of_study(world.study).token}.ics").content.decode()
    for word in (world.study.title, world.study.slug, world.study.group_a, world.study.group_b, "reader1"):
        assert word not in text


def test_a_renewed_address_ends_the_old_one(world, client, as_user):
    feed = feed_of_reader(world.readers[0])
    old = feed.token
    form = {"study": "pelvis", "code": "R1", "renew": "1"}
    assert as_user(world.readers[1].user).post("/read/settings/", form).status_code == 404
    as_user(world.readers[0].user).post("/read/settings/", form)
    assert client.get(f"/calendar/{old}.ics").status_code == 404
    assert events(client, CalendarFeed.objects.get(reader=world.readers[0]))
    study_feed = renew_feed(feed=feed_of_study(world.study), by=world.coordinator)
    assert len(study_feed.token) == 43


def test_a_reader_chooses_the_zone_in_which_mails_give_their_times(world, as_user):
    reader = world.readers[0]
    client = as_user(reader.user)
    client.post("/read/settings/", {"study": "pelvis", "code": "R1", "time_zone": "Australia/Eucla"})
    client.post("/read/settings/", {"study": "pelvis", "code": "R1", "time_zone": "Middle/Earth"})
    reader.refresh_from_db()
    assert reader.time_zone == "Australia/Eucla"
