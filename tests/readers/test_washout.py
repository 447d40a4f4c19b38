"""The washout, to the second, through every door: page, API, frames, services and the database itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from readers import errors
from readers.models import Assignment, Exposure
from readers.protocol.phases import Phase
from readers.selectors.facts import phases_of_study
from readers.services.reading import open_case
from tests.readers.conftest import MICROSECOND, SECOND, frames_at

CHICAGO = ZoneInfo("America/Chicago")
CHILE = ZoneInfo("America/Santiago")
MADRID = ZoneInfo("Europe/Madrid")


def doors(case: Assignment, client):
    """Status of every way in which a reader can ask for a blinded case; opening it comes last but one."""
    api = f"/api/v1/assignments/{case.public_id}/"
    return {
        "page": client.get(f"/read/{case.public_id}/").status_code,
        "case": client.get(api).status_code,
        "opening": client.post(f"{api}exposures/").status_code,
        "frame": client.get(f"{frames_at(case)}/0.png").status_code,
    }


SHUT = {"page": 403, "case": 403, "opening": 403, "frame": 403}
OPEN = {"page": 200, "case": 200, "opening": 201, "frame": 200}


@pytest.mark.parametrize(
    "last_seen",
    [
        datetime(2026, 2, 20, 9, tzinfo=CHICAGO),  # clocks go forward during the washout
        datetime(2026, 10, 10, 9, tzinfo=CHICAGO),  # and back
        datetime(2026, 3, 20, 23, 59, 59, 999_999, tzinfo=CHILE),
        datetime(2028, 2, 10, 12, tzinfo=UTC),  # over a leap day
        datetime(2028, 2, 29, 23, 59, 59, tzinfo=CHICAGO),  # on one
        datetime(2026, 3, 8, 1, 59, 59, tzinfo=CHICAGO),  # a second before the hour that does not exist
        datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=CHICAGO),  # in the second of two equal hours
        datetime(2026, 3, 1, 2, 30, tzinfo=MADRID),  # the end falls on the day of the change, 29 March
    ],
)
def test_every_door_is_shut_a_second_before_and_open_at_the_moment(make_world, clock, as_user, last_seen):
    clock.move_to(last_seen)
    world = make_world()
    world.finish_exploratory(world.readers[0])
    world.lock_form()
    client = as_user(world.readers[0].user)
    case = world.cases(world.readers[0], "blinded")[0]
    opens_at = last_seen.astimezone(UTC) + timedelta(hours=28 * 24)

    for early in (last_seen, opens_at - timedelta(days=1), opens_at - SECOND, opens_at - MICROSECOND):
        clock.move_to(early)
        client.force_login(world.readers[0].user)
        assert doors(case, client) == SHUT
        with pytest.raises(errors.WashoutNotOver) as refusal:
            open_case(public_id=case.public_id, by=world.readers[0].user)
        assert refusal.value.opens_at == opens_at
        with pytest.raises(IntegrityError, match="too early"), transaction.atomic():
            Exposure.objects.create(assignment=case)

    assert not Exposure.objects.filter(assignment__phase="blinded").exists()
    clock.move_to(opens_at)
    client.force_login(world.readers[0].user)
    assert doors(case, client) == OPEN


def test_28_calendar_days_are_too_short_across_a_spring_change(make_world, clock, as_user):
    last_seen = datetime(2026, 2, 20, 9, tzinfo=CHICAGO)
    clock.move_to(last_seen)
    world = make_world()
    world.finish_exploratory(world.readers[0])
    world.lock_form()
    clock.move_to(datetime(2026, 3, 20, 9, tzinfo=CHICAGO))  # the same time of day, 28 days on: 671 hours
    case = world.cases(world.readers[0], "blinded")[0]
    assert doors(case, as_user(world.readers[0].user)) == SHUT


def test_the_refusal_says_when_and_why(make_world, clock, as_user):
    world = make_world()
    world.finish_exploratory(world.readers[0])
    world.lock_form()
    client = as_user(world.readers[0].user)
    case = world.cases(world.readers[0], "blinded")[0]
    reply = client.get(f"/api/v1/assignments/{case.public_id}/").json()
    assert reply["code"] == "washout"
    assert datetime.fromisoformat(reply["opens_at"]) == world.opens_at(world.readers[0])
    page = client.get(f"/read/{case.public_id}/").content.decode()
    # 15:00:00.25 UTC is promised as the next full minute.
    assert "20 March 2026, 15:01 UTC" in page
    assert "washout is not over" in client.get(f"{frames_at(case)}/0.png").content.decode()
    home = client.get("/read/").content.decode()
    assert "28 days to go" in home
    assert "20 March 2026, 15:01 UTC" in home


def test_exploratory_videos_stay_closed_during_the_washout(make_world, clock, as_user):
    world = make_world()
    world.finish_exploratory(world.readers[0])
    world.lock_form()
    before = world.opens_at(world.readers[0])
    clock.move_to(before - SECOND)
    client = as_user(world.readers[0].user)
    for case in world.cases(world.readers[0], "exploratory"):
        assert doors(case, client) == SHUT
    assert world.opens_at(world.readers[0]) == before


def test_an_exploratory_video_looked_at_again_before_the_end_counts(make_world, clock):
    world = make_world()
    reader = world.readers[0]
    first, second = world.cases(reader, "exploratory")
    world.lock_form()
    open_case(public_id=first.public_id, by=reader.user)
    world.submit(first)
    clock.shift(timedelta(days=10))
    open_case(public_id=second.public_id, by=reader.user)
    clock.shift(timedelta(days=5))
    open_case(public_id=first.public_id, by=reader.user)
    last_look = Exposure.objects.latest("opened_at").opened_at
    world.submit(second)
    assert world.opens_at(reader) == last_look + timedelta(days=28)


def test_a_video_left_open_counts_until_it_is_submitted(make_world, clock):
    world = make_world(n_exploratory=1)
    reader = world.readers[0]
    case = world.current(reader, "exploratory")
    world.lock_form()
    open_case(public_id=case.public_id, by=reader.user)
    clock.shift(timedelta(days=20))
    world.submit(case)
    assert world.opens_at(reader) == case.submissions.get().submitted_at + timedelta(days=28)


@pytest.mark.parametrize(
    ("anchor", "days_after_lock"), [("latest", 28), ("sign_off", 28), ("last_exposure", 0), ("completion", 0)]
)
def test_a_form_locked_late_keeps_the_blinded_phase_shut(make_world, clock, as_user, anchor, days_after_lock):
    world = make_world(washout_anchor=anchor)
    world.finish_exploratory(world.readers[0])
    clock.shift(timedelta(days=100))
    client = as_user(world.readers[0].user)
    case = world.cases(world.readers[0], "blinded")[0]
    assert doors(case, client) == SHUT
    assert client.get(f"/api/v1/assignments/{case.public_id}/").json()["code"] == "form_not_locked"
    assert set(phases_of_study(world.study).values()) == {Phase.CONSENSUS}
    world.lock_form()
    if days_after_lock:
        clock.shift(timedelta(days=days_after_lock) - MICROSECOND)
        client.force_login(world.readers[0].user)
        assert doors(case, client) == SHUT
        clock.shift(MICROSECOND)
    client.force_login(world.readers[0].user)
    assert doors(case, client) == OPEN


def test_an_anchor_that_counts_openings_alone_does_not_count_the_submission(make_world, clock):
    world = make_world(n_exploratory=1, washout_anchor="last_exposure")
    reader = world.readers[0]
    case = world.current(reader, "exploratory")
    world.lock_form()
    opened_at = open_case(public_id=case.public_id, by=reader.user).opened_at
    clock.shift(timedelta(days=20))
    world.submit(case)
    assert world.opens_at(reader) == opened_at + timedelta(days=28)
    blinded = world.cases(reader, "blinded")[0]
    with pytest.raises(IntegrityError, match="too early"), transaction.atomic():
        Exposure.objects.create(assignment=blinded, opened_at=world.opens_at(reader) - MICROSECOND)
    Exposure.objects.create(assignment=blinded, opened_at=world.opens_at(reader))


def test_one_readers_washout_is_not_anothers(make_world, clock, as_user):
    world = make_world(n_readers=2)
    first, second = world.readers
    world.finish_exploratory(first)
    world.lock_form()
    clock.shift(timedelta(days=5))
    world.finish_exploratory(second)
    clock.move_to(world.opens_at(first))
    assert doors(world.cases(first, "blinded")[0], as_user(first.user)) == OPEN
    assert doors(world.cases(second, "blinded")[0], as_user(second.user)) == SHUT
