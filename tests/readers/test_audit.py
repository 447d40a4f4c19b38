"""The audit trail: every act leaves an event, in its transaction; tampering in the database is found."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from readers import errors
from readers.models import Action, Answer, AuditEvent
from readers.protocol.audit import GENESIS, event_hash, verify
from readers.selectors.answers import hash_of
from readers.selectors.own_case import own_assignment
from readers.services.audit import record
from readers.services.reading import open_case, submit_case
from tests.flush import without_triggers
from tests.readers.conftest import SECOND, START, make_user

pytestmark = pytest.mark.django_db


def on_record():
    return list(AuditEvent.objects.values_list("action", flat=True))


def links():
    return [event.link for event in AuditEvent.objects.all()]


def test_every_act_of_a_study_is_on_record_in_order(blinded):
    reader = blinded.readers[0]
    case = blinded.current(reader)
    blinded.read(case, {"ring": 1, "distance": 5})
    opened_and_submitted = ["case.opened", "case.submitted"]
    assert on_record() == [
        *("study.created", "criteria.set", "role.granted", "role.granted", "reader.enrolled"),
        *("videos.allocated", "signature.signed"),
        *(*opened_and_submitted, *opened_and_submitted, "phase.entered"),
        *("signature.signed", "form.locked", "phase.entered"),
        *("case.opened", "phase.entered", "answer.saved", "answer.saved", "case.submitted"),
    ]
    assert verify(links()) == []
    first, last = AuditEvent.objects.first(), AuditEvent.objects.last()
    assert (first.number, first.prev_hash, first.actor, first.at) == (1, GENESIS, blinded.coordinator, START)
    assert first.details["washout_days"] == 28
    assert (last.actor_name, last.study, last.at) == ("reader1", blinded.study, blinded.opens_at(reader))
    assert (last.target_type, last.target_id) == ("assignment", str(case.public_id))
    assert str(last) == "reader1 submitted a case"


def test_no_event_tells_a_score_or_a_name(blinded):
    User.objects.update(first_name="Ada", last_name="Lovelace", email="ada@example.org")
    case = blinded.current(blinded.readers[0])
    blinded.read(case, {"ring": 4, "distance": 5})
    saved = AuditEvent.objects.filter(action=Action.ANSWER_SAVED)
    assert [event.details for event in saved] == [
        {
            "phase": "blinded",
            "criterion": answer.criterion.key,
            "version": 1,
            "sha256": hash_of(answer),
        }
        for answer in Answer.objects.order_by("criterion__position")
    ]
    everything = json.dumps([str(vars(event)) for event in AuditEvent.objects.all()])
    for word in ("score", "Ada", "Lovelace", "example.org"):
        assert word not in everything


def test_what_changes_nothing_leaves_no_event(blinded):
    case = blinded.current(blinded.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    key = uuid4()
    for _ in range(2):
        blinded.answer(case, "ring", 4, idempotency_key=key)
    blinded.answer(case, "ring", 4)
    blinded.answer(case, "ring", 5)
    versions = AuditEvent.objects.filter(action=Action.ANSWER_SAVED).values_list(
        "details__version", flat=True
    )
    assert list(versions) == [1, 2]


def test_an_act_that_fails_leaves_no_event_and_an_event_that_fails_no_act(blinded, monkeypatch):
    case = blinded.current(blinded.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    before = on_record()
    with transaction.atomic():
        blinded.answer(case, "ring", 4)
        transaction.set_rollback(True)
    assert on_record() == before
    monkeypatch.setattr("readers.services.audit.GENESIS", "f" * 64)
    monkeypatch.setattr("readers.services.audit._last_event", lambda: None)
    with pytest.raises(IntegrityError, match="does not follow"), transaction.atomic():
        blinded.answer(case, "ring", 4)
    assert not Answer.objects.exists()


def test_a_refused_request_is_on_record_although_it_did_nothing(make_world, clock):
    world = make_world()
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(reader) - SECOND)
    case = world.cases(reader, "blinded")[0]
    before = len(on_record())
    with pytest.raises(errors.WashoutNotOver):
        open_case(public_id=case.public_id, by=reader.user)
    with pytest.raises(errors.WashoutNotOver):
        world.answer(case, "ring", 4)
    with pytest.raises(errors.NoSuchCase):
        open_case(public_id=case.public_id, by=world.analyst)
    with pytest.raises(errors.NoSuchCase):
        submit_case(public_id=(unknown := uuid4()), form_sha256="", by=reader.user)
    events = AuditEvent.objects.filter(number__gt=before, action=Action.READING_REFUSED)
    assert [(event.actor, event.study, event.target_id, event.details) for event in events] == [
        (user, study, str(target), {"attempt": attempt, "refusal": refusal})
        for user, study, target, attempt, refusal in (
            (reader.user, world.study, case.public_id, "open_case", "washout"),
            (reader.user, world.study, case.public_id, "save_answer", "washout"),
            (world.analyst, world.study, case.public_id, "open_case", "not_found"),
            (reader.user, None, unknown, "submit_case", "not_found"),
        )
    ]
    assert not own_assignment(user=reader.user, public_id=case.public_id).exposures.exists()


@pytest.mark.django_db(transaction=True)
def test_a_refusal_through_the_api_is_committed(make_world, as_user, clock):
    world = make_world()
    world.finish_exploratory(world.readers[0])
    case = world.cases(world.readers[0], "blinded")[0]
    reply = as_user(world.readers[0].user).post(f"/api/v1/assignments/{case.public_id}/exposures/")
    assert reply.json()["code"] == "form_not_locked"
    last = AuditEvent.objects.last()
    assert (last.action, last.details["refusal"]) == ("reading.refused", "form_not_locked")


def test_an_act_that_is_not_in_the_registry_is_refused():
    with pytest.raises(ValueError, match=r"coffee\.made"):
        record(action="coffee.made", actor=None)


def test_recording_takes_two_queries_and_the_lock(make_world, django_assert_num_queries):
    world = make_world()
    with django_assert_num_queries({"sqlite": 2, "postgresql": 3}[connection.vendor]):
        record(action=Action.EXPORT, actor=world.analyst, study=world.study, details={"file": "table2.csv"})


def test_the_system_and_people_of_no_study_have_events_too():
    record(action=Action.EXPORT, actor=None)
    assert str(AuditEvent.objects.get()) == "The system exported results of the study"
    assert verify(links()) == []


def test_the_admin_shows_the_trail_and_changes_nothing_of_it(make_world, as_user):
    world = make_world()
    root, address = as_user(User.objects.create_superuser("root")), "/admin/readers/auditevent/"
    page = root.get(address).content.decode()
    assert "coordinator locked" not in page
    assert "coordinator enrolled a reader" in page
    assert root.get(f"{address}1/change/").status_code == 200
    assert root.post(f"{address}1/change/", {"action": "form.locked"}).status_code == 403
    assert root.get(f"{address}1/delete/").status_code == 403
    assert root.get(f"{address}add/").status_code == 403
    reader = world.readers[0].user
    User.objects.filter(pk=reader.pk).update(is_staff=True, is_superuser=True)
    assert "0 audit events" in as_user(User.objects.get(pk=reader.pk)).get(address).content.decode()


@pytest.fixture
def five_events():
    user = make_user("anna")
    for number in range(5):
        record(
            action=Action.EXPORT, actor=user, details={"file": f"{number}.csv", "nested": {"ä": [1, None]}}
        )


def forged(number, prev_hash):
    event = AuditEvent.objects.get(number=1)
    event.number, event.prev_hash, event.details = number, prev_hash, {"file": "forged.csv"}
    event.hash = event_hash(event.link.event)
    event.save(force_insert=True)


def edit():
    sql = "UPDATE readers_auditevent SET details = %s WHERE number = 3"
    connection.cursor().execute(sql, ['{"file": "other.csv"}'])


def delete():
    connection.cursor().execute("DELETE FROM readers_auditevent WHERE number = 3")


def swap():
    move = "UPDATE readers_auditevent SET number = %s WHERE number = %s"
    for to, number in ((99, 2), (2, 3), (3, 99)):
        connection.cursor().execute(move, [to, number])


def insert():
    move = "UPDATE readers_auditevent SET number = %s WHERE number = %s"
    for number in (5, 4):
        connection.cursor().execute(move, [number + 1, number])
    forged(4, "f" * 64)


def cut_off():
    connection.cursor().execute("DELETE FROM readers_auditevent WHERE number > 3")


@pytest.mark.parametrize(
    ("tamper", "line"),
    [
        (edit, "edited: event 3 does not have the content that was hashed"),
        (delete, "deleted: event 3 is missing before event 4"),
        (swap, "reordered: event 2 follows another event than the one before it"),
        (insert, "inserted: event 4 is not one that the next event follows"),
        (cut_off, "cut off: events 4 to 5 are missing that the exported head counts"),
    ],
)
def test_the_command_finds_what_was_done_to_the_database(five_events, tmp_path, tamper, line):
    head = tmp_path / "head.json"
    out = StringIO()
    call_command("verify_audit", write_head=head, stdout=out)
    assert out.getvalue().startswith("The audit trail holds: 5 events, head ")
    assert json.loads(head.read_text())["hash"] == AuditEvent.objects.last().hash
    call_command("verify_audit", head=head, stdout=StringIO())
    with pytest.raises(IntegrityError), transaction.atomic():
        tamper()
    with without_triggers(connection):
        tamper()
    out, other = StringIO(), tmp_path / "other.json"
    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_audit", head=head, write_head=other, stdout=out)
    assert line in out.getvalue().splitlines()
    assert not other.exists()


@pytest.mark.parametrize("content", [None, "", "[]", '{"count": 1, "hash": ""}', '{"format": "x"}'])
def test_a_file_that_is_no_head_is_refused(tmp_path, content):
    head = tmp_path / "head.json"
    if content is not None:
        head.write_text(content)
    with pytest.raises(CommandError, match="not a head"):
        call_command("verify_audit", head=head, stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_do_not_fork_the_chain():
    n_writers, n_events = 6, 15
    users = [make_user(f"writer{i}") for i in range(n_writers)]
    together = Barrier(n_writers)

    def write(user):
        try:
            for _ in range(n_events):
                together.wait(timeout=30)
                with transaction.atomic():
                    User.objects.get(pk=user.pk)
                    record(action=Action.EXPORT, actor=user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(n_writers) as pool:
        list(pool.map(write, users))
    assert AuditEvent.objects.count() == n_writers * n_events
    assert verify(links()) == []
