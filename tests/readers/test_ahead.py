"""The next case's frames may be fetched while the present one is judged: on record, in order, never early."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from readers.models import AuditEvent, Exposure, Prefetch
from readers.services.reading import open_case
from readers.services.unlock import unlock_case
from tests.readers.conftest import frames_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(blinded):
    return blinded.readers[0]


@pytest.fixture
def client(reader, as_user):
    return as_user(reader.user)


def ahead(client, case):
    return client.post(f"/api/v1/assignments/{case.public_id}/ahead/")


def bundle(client, case):
    return client.get(f"{frames_at(case)}.bundle").status_code


def test_the_next_case_alone_and_only_after_asking(blinded, reader, client):
    first, second, third = blinded.cases(reader, "blinded")
    assert ahead(client, first).status_code == 409  # not opened itself
    open_case(public_id=first.public_id, by=reader.user)
    assert bundle(client, second) == 403
    reply = ahead(client, first).json()
    assert reply == {"public_id": str(second.public_id), "bundle_url": f"{frames_at(second)}.bundle"}
    assert bundle(client, second) == 200
    assert client.get(f"{frames_at(second)}/0.png").status_code == 403
    assert bundle(client, third) == 403
    assert ahead(client, second).status_code == 403
    assert not Exposure.objects.filter(assignment=second).exists()
    assert ahead(client, first).status_code == 200
    events = AuditEvent.objects.filter(action="case.fetched_ahead")
    assert [event.target_id for event in events] == [str(second.public_id)]
    assert Prefetch.objects.count() == 1


def test_its_turn_come_it_stays_closed_until_it_is_opened(blinded, reader, client):
    first, second, third = blinded.cases(reader, "blinded")
    open_case(public_id=first.public_id, by=reader.user)
    ahead(client, first)
    blinded.read(first, {"ring": 3, "distance": 3})
    assert bundle(client, second) == 409
    open_case(public_id=second.public_id, by=reader.user)
    assert bundle(client, second) == 200
    assert ahead(client, second).json()["public_id"] == str(third.public_id)


def test_nothing_comes_after_the_last_case_nor_from_another_phase(make_world, clock, as_user):
    world = make_world()
    reader = world.readers[0]
    client = as_user(reader.user)
    first, last = world.cases(reader, "exploratory")
    open_case(public_id=first.public_id, by=reader.user)
    world.submit(first)
    open_case(public_id=last.public_id, by=reader.user)
    assert ahead(client, last).json() == {"public_id": None, "bundle_url": None}
    assert ahead(client, first).json() == {"public_id": None, "bundle_url": None}


def test_the_washout_holds_for_it_too(make_world, clock, as_user):
    """Allowed once, then the phase is closed again by a clock that was set back: no frame leaves."""
    world = make_world()
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    opens_at = world.opens_at(reader)
    first, second, _ = world.cases(reader, "blinded")
    with pytest.raises(IntegrityError, match="too early"), transaction.atomic():
        Prefetch.objects.create(assignment=second)
    clock.move_to(opens_at)
    open_case(public_id=first.public_id, by=reader.user)
    client = as_user(reader.user)
    ahead(client, first)
    clock.move_to(opens_at - timedelta(seconds=1))
    assert bundle(client, second) == 403


def test_after_an_unlocked_case_comes_the_next_that_is_to_be_read(blinded, reader, client):
    first, second, third = blinded.cases(reader, "blinded")
    for case in (first, second):
        blinded.read(case, {"ring": 3, "distance": 3})
    unlock_case(public_id=first.public_id, reason="Slipped.", by=blinded.coordinator)
    assert ahead(client, first).json()["public_id"] == str(third.public_id)
    assert bundle(client, third) == 200


def test_it_is_append_only(blinded, reader, client):
    first = blinded.current(reader)
    open_case(public_id=first.public_id, by=reader.user)
    ahead(client, first)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Prefetch.objects.update(allowed_at=first.reader.enrolled_at)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Prefetch.objects.all().delete()
