"""The coordinator's page: where each reader stands, who needs a look, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from readers.models import Exposure
from readers.protocol.attention import LATE, Attention
from readers.protocol.phases import Phase
from readers.protocol.timeline import When
from readers.selectors.people import people_of
from readers.services.deviations import note_deviation
from readers.services.participation import pause_reader, withdraw_reader
from readers.services.studies import enrol_reader
from tests.readers.conftest import START, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_world, clock):
    world = make_world(n_readers=3)
    for reader in world.readers:
        reader.user.last_login = START
        reader.user.save()
    return world


def row(world, code):
    return next(row for row in people_of(world.study) if row.reader.code == code)


def test_who_needs_a_look_comes_first(world, clock):
    world.finish_exploratory(world.readers[0])
    clock.shift(LATE + timedelta(seconds=1))
    Exposure.objects.create(assignment=world.cases(world.readers[2], "exploratory")[0])
    pause_reader(reader=world.readers[2], reason="on leave", by=world.coordinator)
    rows = people_of(world.study)
    assert [(r.reader.code, r.attention) for r in rows] == [
        ("R2", [Attention.LATE]),
        ("R1", [Attention.UNSIGNED]),
        ("R3", [Attention.PAUSED]),
    ]
    newcomer = enrol_reader(
        study=world.study, user=make_user("new"), code="R4", specialty="other", by=world.coordinator
    )
    assert row(world, newcomer.code).attention == [Attention.NEVER_SIGNED_IN]
    withdraw_reader(reader=world.readers[1], reason="moved", by=world.coordinator)
    assert row(world, "R2").attention == []


def test_the_timeline_says_what_is_done_what_is_now_and_when_the_rest_comes(world, clock):
    reader = world.readers[0]
    clock.shift(60)
    world.finish_exploratory(reader)
    clock.shift(60)
    world.lock_form()
    clock.shift(60)
    opens_at = world.opens_at(reader)
    steps = {step.phase: (step.when, step.at) for step in row(world, "R1").steps}
    assert steps == {
        Phase.EXPLORATORY: (When.DONE, START + timedelta(seconds=60)),
        Phase.CONSENSUS: (When.DONE, START + timedelta(seconds=120)),
        Phase.WASHOUT: (When.NOW, START + timedelta(seconds=120)),
        Phase.BLINDED: (When.TO_COME, opens_at),
        Phase.LOCKED: (When.TO_COME, None),
    }
    assert row(world, "R1").left == opens_at - timezone.now()
    clock.move_to(opens_at)
    for _ in range(3):
        world.read(world.current(reader), {"ring": 1, "distance": 5})
    last = row(world, "R1")
    assert (last.phase, last.done, last.total, last.left) == (Phase.LOCKED, 5, 5, None)
    assert last.steps[-1].at == last.last_active == opens_at


def test_as_many_queries_for_forty_readers_as_for_one(make_world, as_user, clock):
    world = make_world()
    client = as_user(world.coordinator)
    note_deviation(study=world.study, reader=world.readers[0], text="dimmed", by=world.coordinator)
    client.get("/studies/pelvis/")

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/studies/pelvis/").status_code == 200
        return len(captured)

    one = queries()
    for number in range(2, 41):
        enrol_reader(
            study=world.study,
            user=make_user(f"reader{number}"),
            code=f"R{number}",
            specialty="other",
            by=world.coordinator,
        )
    assert queries() == one
    assert one <= 30


def test_nobody_s_score_is_on_a_page_of_the_coordinator_or_the_monitor(blinded, as_user):
    case = blinded.current(blinded.readers[0])
    pages = ["", "audit/", "deviations/", "audit.csv", "deviations.csv"]

    def seen(score):
        blinded.read(case, {"ring": score, "distance": score})
        return [
            as_user(user).get(f"/studies/pelvis/{page}").content.decode()
            for user in (blinded.coordinator, blinded.monitor)
            for page in pages
        ]

    for text in seen(5):
        assert "score" not in text.lower()


def test_the_acts_of_the_page_are_done_with_a_reason_and_say_so(world, as_user):
    client = as_user(world.coordinator)
    address = "/studies/pelvis/readers/R1/"
    page = client.post(f"{address}pause/", {"reason": "on leave"}, follow=True).content.decode()
    assert "R1 is paused." in page
    assert f"{address}resume/" in page
    page = client.post(f"{address}withdraw/", {"reason": " "}, follow=True).content.decode()
    assert "Give the reason" in page
    page = client.post(f"{address}withdraw/", {"reason": "moved"}, follow=True).content.decode()
    assert "Invite a replacement" in page
    page = client.post(f"{address}pause/", {"reason": "moved"}, follow=True).content.decode()
    assert "cannot be paused" in page
    page = client.post("/studies/pelvis/readers/R2/remind/", {"text": ""}, follow=True).content.decode()
    assert "no e-mail address" in page


def test_the_team_without_the_coordinator_sees_no_acts(world, as_user):
    for user in (world.analyst, world.monitor):
        page = as_user(user).get("/studies/pelvis/").content.decode()
        assert "Actions for" not in page
        assert ".ics" not in page


def test_an_archived_study_is_looked_at_and_nothing_in_it_is_done(world, as_user):
    client = as_user(world.coordinator)
    case = world.cases(world.readers[0], "exploratory")[0]
    reading = as_user(world.readers[0].user)
    client.post("/studies/pelvis/archive/", {"reason": "over"})
    assert "Pelvis of XA and XB" not in client.get("/studies/").content.decode()
    assert "Pelvis of XA and XB" in client.get("/studies/?archived").content.decode()
    assert "Archived on" in client.get("/studies/pelvis/").content.decode()
    assert reading.get(f"/read/{case.public_id}/").status_code == 403
    assert str(case.public_id) not in reading.get("/read/").content.decode()
    page = client.post("/studies/pelvis/readers/R1/pause/", {"reason": "x"}, follow=True)
    assert "This study is archived" in page.content.decode()
    client.post("/studies/pelvis/archive/", {"reason": "not over yet"})
    assert reading.get(f"/read/{case.public_id}/").status_code == 200
