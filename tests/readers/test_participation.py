"""Pause, return, withdrawal, replacement and archive: what they close, what they keep, who may do them."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from readers import errors
from readers.models import Answer, AuditEvent, Exposure, Membership, ReaderEvent, Submission
from readers.permissions import may_see_results
from readers.protocol.participation import TRANSITIONS, Event, State, possible_events, state_after
from readers.selectors.participation import remaining_readers, state_of
from readers.selectors.ratings import ratings
from readers.selectors.worklist import worklist
from readers.services.participation import pause_reader, replace_reader, resume_reader, withdraw_reader
from readers.services.reading import open_case
from readers.services.unlock import unlock_case
from tests.readers.conftest import SECOND, frames_at, make_user

pytestmark = pytest.mark.django_db


def test_every_event_is_possible_in_some_state_and_a_state_follows_from_the_latest_event_alone():
    assert {event for state in State for event in possible_events(state)} == set(Event)
    assert all(state_after(event) is after for (_, event), after in TRANSITIONS.items())
    assert state_after(None) is State.ACTIVE


@pytest.fixture
def opened(blinded):
    """A world whose reader has a blinded case open with one answer."""
    case = blinded.current(blinded.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    blinded.answer(case, "ring", 2)
    return blinded, blinded.readers[0], case


STOPS = {
    "paused": (pause_reader, errors.ReaderPaused),
    "withdrawn": (withdraw_reader, errors.ReaderWithdrawn),
}


@pytest.mark.parametrize("stop", STOPS)
def test_nothing_opens_for_a_reader_who_does_not_take_part(opened, as_user, stop):
    world, reader, case = opened
    end, refusal = STOPS[stop]
    client = as_user(reader.user)
    assert client.get(f"{frames_at(case)}/0.png").status_code == 200
    end(reader=reader, reason="on leave", by=world.coordinator)
    with pytest.raises(refusal):
        open_case(public_id=case.public_id, by=reader.user)
    with pytest.raises(refusal):
        world.answer(case, "ring", 3)
    page = client.get(f"/read/{case.public_id}/")
    assert (page.status_code, str(refusal()).split(".")[0] in page.content.decode()) == (403, True)
    api = client.get(f"/api/v1/assignments/{case.public_id}/")
    assert (api.status_code, api.json()["code"]) == (403, refusal.code)
    assert client.get(f"{frames_at(case)}/0.png").status_code == 403
    (task,) = worklist(reader.user)
    assert (task.state, task.next_case) == (stop, None)
    home = client.get("/read/").content.decode()
    assert ("paused" if stop == "paused" else "no longer take part") in home
    assert f"/read/{case.public_id}/" not in home


def test_a_pause_ends_and_everything_is_as_it_was(opened):
    world, reader, case = opened
    pause_reader(reader=reader, reason="on leave", by=world.coordinator)
    resume_reader(reader=reader, reason="back", by=world.coordinator)
    assert worklist(reader.user)[0].next_case == case.public_id
    world.answer(case, "distance", 3)
    assert Answer.objects.filter(assignment=case).count() == 2


def test_a_pause_does_not_stop_the_washout(make_world, clock):
    world = make_world()
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    opens_at = world.opens_at(reader)
    pause_reader(reader=reader, reason="on leave", by=world.coordinator)
    clock.move_to(opens_at)
    assert world.opens_at(reader) == opens_at
    with pytest.raises(errors.ReaderPaused):
        open_case(public_id=world.current(reader).public_id, by=reader.user)


@pytest.mark.parametrize(
    ("events", "refused"),
    [
        ([], "resumed"),
        ([], "replaced"),
        (["paused"], "paused"),
        (["withdrawn"], "paused"),
        (["withdrawn"], "resumed"),
        (["withdrawn"], "withdrawn"),
        (["paused", "resumed"], "resumed"),
    ],
)
def test_events_follow_each_other_as_the_table_says_also_in_the_database(make_world, events, refused):
    world = make_world()
    reader = world.readers[0]
    acts = {"paused": pause_reader, "resumed": resume_reader, "withdrawn": withdraw_reader}
    for event in events:
        acts[event](reader=reader, reason="it was so", by=world.coordinator)
    if refused in acts:
        with pytest.raises(errors.SetupError, match="cannot be"):
            acts[refused](reader=reader, reason="again", by=world.coordinator)
    successor = None if refused != "replaced" else reader
    with pytest.raises(IntegrityError, match="cannot follow"), transaction.atomic():
        ReaderEvent.objects.create(
            reader=reader, kind=refused, reason="again", by=world.coordinator, successor=successor
        )


@pytest.mark.parametrize("kind", ["paused", "withdrawn", "archived"])
def test_the_database_takes_no_reading_of_who_does_not_take_part(opened, kind):
    world, reader, case = opened
    if kind == "archived":
        world.study.archived_at = timezone.now()
        world.study.save()
    else:
        ReaderEvent.objects.create(reader=reader, kind=kind, reason="so", by=world.coordinator)
    criterion = world.study.criteria.get(key="distance")
    rows = [
        Exposure(assignment=case),
        Answer(assignment=case, criterion=criterion, version=1, score=3, answered_by=reader.user),
        Submission(assignment=case, form_sha256=world.study.form_sha256),
    ]
    for row in rows:
        with pytest.raises(IntegrityError, match="does not take part"), transaction.atomic():
            row.save()


def test_a_replacement_inherits_nothing(make_world):
    world = make_world(n_readers=1, n_exploratory=6, n_blinded=6)
    old = world.readers[0]
    case = world.cases(old, "exploratory")[0]
    open_case(public_id=case.public_id, by=old.user)
    world.submit(case)
    newcomer = make_user("newcomer")
    facts = {
        "reader": old,
        "user": newcomer,
        "code": "R2",
        "specialty": "radiologist",
        "by": world.coordinator,
    }
    with pytest.raises(errors.SetupError, match="cannot be replaced"):
        replace_reader(**facts, reason="moved away")
    assert not Membership.objects.filter(user=newcomer).exists()
    withdraw_reader(reader=old, reason="moved away", by=world.coordinator)
    new = replace_reader(**facts, reason="moved away")
    assert (state_of(old), state_of(new)) == ("replaced", "active")
    assert new.predecessor.reader == old
    order = [[c.study_video_id for c in world.cases(reader, "blinded")] for reader in (old, new)]
    assert order[0] != order[1]
    assert sorted(order[0]) == sorted(order[1])
    assert not Exposure.objects.filter(assignment__reader=new).exists()
    with pytest.raises(errors.SetupError, match="cannot be replaced"):
        replace_reader(**facts | {"user": make_user("third"), "code": "R3"}, reason="again")


def test_only_a_coordinator_with_a_reason(make_world):
    world = make_world()
    for user in (world.analyst, world.monitor, world.readers[0].user):
        with pytest.raises(errors.RoleRequired):
            pause_reader(reader=world.readers[0], reason="so", by=user)
    with pytest.raises(errors.SetupError, match="reason"):
        pause_reader(reader=world.readers[0], reason="  ", by=world.coordinator)
    assert not ReaderEvent.objects.exists()


def test_what_happened_is_on_record_and_its_reason_off_the_audit_trail(make_world):
    world = make_world()
    happened = withdraw_reader(reader=world.readers[0], reason="moved away", by=world.coordinator)
    assert happened.reason == "moved away"
    event = AuditEvent.objects.last()
    assert (event.action, event.actor, event.target_type) == ("reader.withdrawn", world.coordinator, "reader")
    assert event.details == {"code": "R1", "event": happened.pk, "unblinded": False}
    assert "moved" not in json.dumps(event.details)


def test_who_remains(make_world):
    world = make_world(n_readers=3)
    pause_reader(reader=world.readers[0], reason="on leave", by=world.coordinator)
    withdraw_reader(reader=world.readers[1], reason="moved away", by=world.coordinator)
    assert [reader.code for reader in remaining_readers(world.study)] == ["R1", "R3"]


def test_a_withdrawn_reader_is_not_waited_for_and_the_ratings_stay_on_record(make_world, clock):
    world = make_world(n_readers=2)
    for reader in world.readers:
        world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]) + SECOND)
    scores = {"ring": 1, "distance": 5}
    world.read(world.current(world.readers[1]), scores)
    for _ in range(3):
        world.read(world.current(world.readers[0]), scores)
    assert not may_see_results(user=world.coordinator, study=world.study)
    withdraw_reader(reader=world.readers[1], reason="moved away", by=world.coordinator)
    assert may_see_results(user=world.coordinator, study=world.study)
    assert {rating.reader for rating in ratings(world.study)} == {"R1"}
    with_withdrawn = ratings(world.study, include_withdrawn=True)
    assert {(rating.reader, rating.withdrawn) for rating in with_withdrawn} == {("R1", False), ("R2", True)}
    assert len(with_withdrawn) == 2 * 3 + 2 * 1
    submitted = world.cases(world.readers[1], "blinded")[0]
    with pytest.raises(errors.UnlockRefused):
        unlock_case(public_id=submitted.public_id, reason="To see.", by=world.coordinator)
    assert ratings(world.study, include_withdrawn=True) == with_withdrawn


def test_a_coordinator_sees_no_results_between_a_withdrawal_and_the_replacement(opened):
    world, reader, _ = opened
    withdraw_reader(reader=reader, reason="moved away", by=world.coordinator)
    assert not may_see_results(user=world.coordinator, study=world.study)
    assert may_see_results(user=world.analyst, study=world.study)
