"""The viewing log and what follows from it; refusals that leave nothing but an audit event."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from readers.models import Answer, AuditEvent, Study, Submission, ViewingEvent
from readers.selectors.viewing import active_seconds, pauses_advised
from readers.services.reading import open_case
from tests.flush import without_triggers
from tests.readers.conftest import SECOND, frames_at

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def page(blinded, as_user, clock):
    """The current blinded case, opened, with a log as its reader's page keeps it."""

    class Page:
        world, reader = blinded, blinded.readers[0]
        case = blinded.current(blinded.readers[0])
        client = as_user(blinded.readers[0].user)
        sitting, sequence = str(uuid4()), 0

        def url(self, part=""):
            return f"/api/v1/assignments/{self.case.public_id}/{part}"

        def event(self, kind="input", at_s=0.0, **data):
            self.sequence += 1
            return {"sequence": self.sequence, "kind": kind, "at_ms": int(at_s * 1000), "data": data}

        def log(self, *events, client=None, **body):
            body = {"sitting": self.sitting, "events": events} | body
            return (client or self.client).post(self.url("events/"), body, content_type=JSON)

        def submit(self):
            return self.client.post(
                self.url("submit/"), {"form_sha256": blinded.study.form_sha256}, content_type=JSON
            )

        def answer_all(self):
            for key in ("ring", "distance"):
                blinded.answer(self.case, key, 3)

    found = Page()
    open_case(public_id=found.case.public_id, by=found.reader.user)
    return found


def refusals():
    events = AuditEvent.objects.filter(action="reading.refused")
    return [(event.details["attempt"], event.details["refusal"]) for event in events]


def test_a_batch_sent_again_is_stored_once(page):
    batch = [page.event("open"), page.event("input", 2)]
    assert page.log(*batch).json() == {"stored": 2}
    assert page.log(*batch, page.event("input", 3)).json() == {"stored": 1}
    assert ViewingEvent.objects.count() == 3


def test_the_last_batch_may_come_after_the_submission(page):
    page.answer_all()
    page.submit()
    assert page.log(page.event("leave", 9)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"events": []},
        {"sitting": "1"},
        {"events": [{"sequence": -1, "kind": "input", "at_ms": 0}]},
        {"events": [{"sequence": 0, "kind": "Input!", "at_ms": 0}]},
        {"events": [{"sequence": 0, "kind": "input", "at_ms": "soon"}]},
        {"events": [{"sequence": 0, "kind": "input", "at_ms": 0, "data": ["x"]}]},
        {"events": [{"sequence": 0, "kind": "input", "at_ms": 0, "data": {"x": "x" * 5000}}]},
        {"events": [{"sequence": n, "kind": "input", "at_ms": 0} for n in range(501)]},
    ],
)
def test_a_log_in_another_form_is_refused_whole(page, body):
    reply = page.log(page.event(), **body)
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid")
    assert not ViewingEvent.objects.exists()
    assert refusals() == [("log_viewing", "invalid")]


def test_a_sitting_belongs_to_one_case(page):
    page.log(page.event())
    page.answer_all()
    page.submit()
    page.case = page.world.current(page.reader)
    assert page.log(page.event()).json()["code"] == "not_opened"
    open_case(public_id=page.case.public_id, by=page.reader.user)
    assert page.log(page.event()).json()["code"] == "log_refused"
    assert ViewingEvent.objects.count() == 1


def test_the_database_takes_no_event_of_a_case_that_was_not_opened(page):
    unopened = page.world.cases(page.reader, "blinded")[2]
    with pytest.raises(IntegrityError, match="not opened"), transaction.atomic():
        ViewingEvent.objects.create(assignment=unopened, sitting=uuid4(), sequence=0, kind="input", at_ms=0)


def test_the_pace_follows_the_active_time(page, clock):
    page.log(page.event("open"))
    clock.shift(timedelta(minutes=20))
    page.log(page.event("input", 30), page.event("visibility", 40, visible=False))
    page.answer_all()
    page.submit()
    assert active_seconds(page.reader.assignments.all()) == {page.case.pk: pytest.approx(40)}
    assert page.client.get("/api/v1/worklist/").json()[0]["minutes_left"] == 1


def test_all_frames_must_be_seen_where_the_protocol_asks_for_it(page):
    display = page.world.study.display
    display["blinded"]["see_all_frames"] = True
    with without_triggers(connection):
        Study.objects.update(display=display)
    page.answer_all()
    page.log(page.event("frames", 1, ranges=[[0, 0], [3, 3]]))
    reply = page.submit()
    assert (reply.status_code, reply.json()["code"]) == (409, "frames_unseen")
    assert "Not shown yet: 2–3." in reply.json()["detail"]
    assert not Submission.objects.filter(assignment=page.case).exists()
    page.log(page.event("frames", 2, ranges=[[1, 2]]))
    assert page.submit().status_code == 200


def test_a_pause_is_advised_after_a_session_and_not_after_a_pause(page, clock):
    page.log(page.event("open"))
    for minute in range(1, 47):
        clock.shift(timedelta(minutes=1))
        page.log(page.event("input", 60 * minute))
    assert pauses_advised([page.reader]) == {page.reader.pk}
    page.answer_all()
    assert page.submit().json()["pause_advised"] is True
    home = page.client.get("/read/").content.decode()
    assert "time for a pause" in home
    assert "Continue anyway" in home
    clock.shift(timedelta(minutes=10))
    assert pauses_advised([page.reader]) == set()
    assert "time for a pause" not in page.client.get("/read/").content.decode()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"score":', 400, "malformed"),
        ('{"score": 2}', 400, "invalid"),
        ('{"score": "many", "idempotency_key": "%s"}', 400, "invalid"),
        ('{"score": 9, "idempotency_key": "%s"}', 400, "score_out_of_scale"),
        ('{"kind": "cannot_judge", "idempotency_key": "%s"}', 400, "reason_missing"),
        ('{"kind": "skipped", "idempotency_key": "%s"}', 400, "invalid"),
        ('{"reason": "' + "x" * 600_000 + '"}', 413, "too_large"),
    ],
)
def test_a_bad_answer_leaves_an_audit_event_and_nothing_else(page, body, status, code):
    body = body.replace("%s", str(uuid4()))
    reply = page.client.put(page.url("answers/ring/"), body, content_type=JSON)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert refusals() == [("save_answer", code)]
    assert not Answer.objects.exists()


def test_a_page_of_another_person_saves_nothing(page, as_user):
    key = {"score": 2, "idempotency_key": str(uuid4())}
    reply = page.client.put(
        page.url("answers/ring/"), key, content_type=JSON, headers={"X-Counterpart-Person": "somebody-else"}
    )
    assert (reply.status_code, reply.json()["code"]) == (403, "another_person")
    assert refusals() == [("save_answer", "another_person")]
    person = page.client.get("/api/v1/session/").json()["person"]
    assert len(person) == 32
    reply = page.client.put(
        page.url("answers/ring/"), key, content_type=JSON, headers={"X-Counterpart-Person": person}
    )
    assert reply.status_code == 200


def test_refused_looks_at_a_case_are_on_record(blinded, as_user, clock):
    reader, case = blinded.readers[0], blinded.current(blinded.readers[0])
    clock.move_to(blinded.opens_at(reader) - SECOND)
    for address in (f"/read/{case.public_id}/", f"/api/v1/assignments/{case.public_id}/"):
        assert as_user(reader.user).get(address).status_code == 403
    assert as_user(reader.user).get(f"{frames_at(case)}/0.png").status_code in (403, 409)
    assert as_user(blinded.analyst).get(f"/api/v1/assignments/{case.public_id}/").status_code == 404
    assert refusals() == [
        ("view_case", "washout"),
        ("view_case", "washout"),
        ("view_frames", "washout"),
        ("view_case", "not_found"),
    ]


def test_nobody_but_the_pages_person_signs_in_again(page, client):
    person = page.client.get("/api/v1/session/").json()["person"]
    for user in (page.reader.user, page.world.analyst):
        user.set_password("a long enough password")
        user.save()

    def sign_in(**given):
        body = {"person": person, "username": "reader1", "password": "a long enough password"} | given
        return client.post("/api/v1/session/", body, content_type=JSON)

    assert sign_in(password="another").json()["code"] == "wrong_password"
    assert sign_in(username="analyst").json()["code"] == "another_person"
    assert client.get("/api/v1/session/").json()["person"] == ""
    assert sign_in().json()["person"] == person
