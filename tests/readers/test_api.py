"""The reading page's endpoints: what they take, what they refuse and how precisely they say so."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from generation.models import RenderJob
from readers.models import Answer, Exposure, Submission
from tests.readers.conftest import frames_at
from tests.stored import frames_folder

JSON = "application/json"


@pytest.fixture
def reading(blinded, as_user):
    """The current blinded case, opened, with calls as its reader's browser makes them."""

    class Reading:
        world = blinded
        reader = blinded.readers[0]
        case = blinded.current(blinded.readers[0])
        client = as_user(blinded.readers[0].user)

        def url(self, part=""):
            return f"/api/v1/assignments/{self.case.public_id}/{part}"

        def open(self):
            return self.client.post(self.url("exposures/"))

        def answer(self, key="ring", **body):
            body = {"score": 2, "idempotency_key": str(uuid4())} | body
            return self.client.put(self.url(f"answers/{key}/"), body, content_type=JSON)

        def submit(self, form=None):
            form = blinded.study.form_sha256 if form is None else form
            return self.client.post(self.url("submit/"), {"form_sha256": form}, content_type=JSON)

    return Reading()


def test_a_case_from_opening_to_submission(reading):
    case = reading.client.get(reading.url()).json()
    assert (case["phase"], case["position"], case["total"]) == ("blinded", 1, 3)
    assert [item["score"] for item in case["criteria"]] == [None, None]
    assert len(case["frames"]) == case["n_frames"] == 4
    assert reading.open().status_code == 201
    assert reading.answer("ring", score=4).json()["version"] == 1
    assert reading.answer("ring", score=5).json()["version"] == 2
    assert reading.answer("distance", score=1).status_code == 200
    assert [item["score"] for item in reading.client.get(reading.url()).json()["criteria"]] == [5, 1]
    reply = reading.submit().json()
    assert reply["next_case"] == str(reading.world.current(reading.reader).public_id)
    assert Answer.objects.count() == 3


def test_worklist_follows_the_phases(make_world, clock, as_user):
    world = make_world()
    reader = world.readers[0]

    def task():
        (entry,) = as_user(reader.user).get("/api/v1/worklist/").json()
        return entry["phase"], entry["done"], entry["total"], entry["next_case"] is not None

    assert task() == ("exploratory", 0, 2, True)
    world.finish_exploratory(reader)
    assert task() == ("consensus", 0, 3, False)
    world.lock_form()
    assert task() == ("washout", 0, 3, False)
    clock.move_to(world.opens_at(reader))
    assert task() == ("blinded", 0, 3, True)
    for case in world.cases(reader, "blinded"):
        world.read(case, {"ring": 3, "distance": 3})
    assert task() == ("locked", 3, 3, False)


def test_minutes_left_follow_the_readers_own_pace(blinded, clock, as_user):
    reader = blinded.readers[0]
    case = blinded.current(reader)
    client = as_user(reader.user)
    client.post(f"/api/v1/assignments/{case.public_id}/exposures/")
    clock.shift(timedelta(minutes=7))
    blinded.answer(case, "ring", 1)
    blinded.answer(case, "distance", 1)
    client.post(
        f"/api/v1/assignments/{case.public_id}/submit/",
        {"form_sha256": blinded.study.form_sha256},
        content_type=JSON,
    )
    assert client.get("/api/v1/worklist/").json()[0]["minutes_left"] == 14


def test_the_same_key_sent_again_is_the_same_answer(reading):
    reading.open()
    key = str(uuid4())
    first = reading.answer(score=3, idempotency_key=key)
    again = reading.answer(score=3, idempotency_key=key)
    assert first.json() == again.json()
    assert Answer.objects.count() == 1


def test_a_replay_that_arrives_after_the_submission_is_still_confirmed(reading):
    reading.open()
    key = str(uuid4())
    reading.answer("ring", score=3, idempotency_key=key)
    reading.answer("distance", score=3)
    reading.submit()
    assert reading.answer("ring", score=3, idempotency_key=key).status_code == 200
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("other", [{"score": 4}, {"key": "distance"}])
def test_a_key_that_stands_for_another_answer_is_refused(reading, other):
    reading.open()
    key = str(uuid4())
    reading.answer(key="ring", score=3, idempotency_key=key)
    reply = reading.answer(**{"key": "ring", "score": 3, "idempotency_key": key} | other)
    assert (reply.status_code, reply.json()["code"]) == (409, "key_reused")
    assert Answer.objects.count() == 1


def test_giving_the_current_score_again_stores_nothing(reading):
    reading.open()
    reading.answer(score=3)
    assert reading.answer(score=3).json()["version"] == 1
    assert Answer.objects.count() == 1


def test_submitting_twice_is_submitting_once(reading):
    reading.open()
    reading.answer("ring")
    reading.answer("distance")
    assert reading.submit().json()["submitted_at"] == reading.submit().json()["submitted_at"]
    assert Submission.objects.filter(assignment__phase="blinded").count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"score": 0}, 400),
        ({"score": 6}, 400),
        ({"score": 2.5}, 400),
        ({"score": "many"}, 400),
        ({"score": None}, 400),
        ({"idempotency_key": "1"}, 400),
        ({"reason": "x" * 301}, 400),
        ({"key": "no-such"}, 404),
    ],
)
def test_bad_answers_are_refused_and_leave_no_trace(reading, body, status):
    reading.open()
    assert reading.answer(**body).status_code == status
    assert not Answer.objects.exists()


def test_a_body_that_is_no_json_is_refused(reading):
    reading.open()
    assert reading.client.put(reading.url("answers/ring/"), "{", content_type=JSON).status_code == 400


def test_nothing_is_answered_submitted_or_shown_before_the_case_is_opened(reading):
    frame = f"{frames_at(reading.case)}/0.png"
    for reply in (reading.answer(), reading.submit(), reading.client.get(frame)):
        assert reply.status_code == 409
    assert reading.answer().json()["code"] == "not_opened"


def test_a_submission_with_an_answer_missing_names_it(reading):
    reading.open()
    reading.answer("ring")
    reply = reading.submit()
    assert reply.status_code == 409
    assert reply.json() == {
        "code": "answers_missing",
        "detail": "Not answered yet: Interacetabular distance.",
    }


def test_a_stale_form_is_refused(reading):
    reading.open()
    reading.answer("ring")
    reading.answer("distance")
    assert reading.submit(form="0" * 64).json()["code"] == "stale_form"


def test_a_submitted_case_is_closed(reading):
    reading.open()
    reading.answer("ring", score=3)
    reading.answer("distance", score=3)
    reading.submit()
    n = Answer.objects.count(), Exposure.objects.count()
    for reply in (reading.client.get(reading.url()), reading.open(), reading.answer(score=5)):
        assert (reply.status_code, reply.json()["code"]) == (409, "submitted")
    assert reading.client.get(f"{frames_at(reading.case)}/0.png").status_code == 409
    assert reading.client.get(f"/read/{reading.case.public_id}/").status_code == 409
    assert (Answer.objects.count(), Exposure.objects.count()) == n


def test_cases_are_taken_in_the_recorded_order(reading):
    later = reading.world.cases(reading.reader, "blinded")[2]
    reply = reading.client.post(f"/api/v1/assignments/{later.public_id}/exposures/")
    assert (reply.status_code, reply.json()["code"]) == (403, "not_current")
    assert not Exposure.objects.filter(assignment=later).exists()


def test_exploratory_cases_take_no_answers(make_world, clock, as_user):
    world = make_world()
    case = world.current(world.readers[0], "exploratory")
    client = as_user(world.readers[0].user)
    url = f"/api/v1/assignments/{case.public_id}/"
    client.post(f"{url}exposures/")
    reply = client.put(
        f"{url}answers/ring/", {"score": 1, "idempotency_key": str(uuid4())}, content_type=JSON
    )
    assert (reply.status_code, reply.json()["code"]) == (409, "no_form")
    reply = client.post(f"{url}submit/", {"form_sha256": ""}, content_type=JSON)
    assert reply.json()["next_case"] == str(world.current(world.readers[0], "exploratory").public_id)


def test_writing_needs_a_csrf_token(reading):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reading.reader.user)
    assert client.post(reading.url("exposures/")).status_code == 403
    assert not Exposure.objects.filter(assignment=reading.case).exists()


def test_a_frame_that_is_not_rendered_yet_asks_for_patience(reading):
    reading.open()
    for path in frames_folder(reading.case.study_video.video).iterdir():
        path.unlink()
    reply = reading.client.get(f"{frames_at(reading.case)}/0.png")
    assert reply.status_code == 503
    assert int(reply["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("state", "says"),
    [("queued", ""), ("running", ""), ("failed", "not be rendered"), ("cancelled", "engineer")],
)
def test_the_case_says_when_its_video_will_not_be_rendered_without_help(reading, state, says):
    video = reading.case.study_video.video
    times = {"started_at": timezone.now(), "finished_at": timezone.now() if says else None}
    RenderJob.objects.create(video=video, state=state, error="CUDA out of memory", **times)
    assert reading.client.get(reading.url()).json()["problem"] == ""  # the frames are there
    type(video).objects.update(manifest=None, manifest_sha256="", completed_at=None)
    case = reading.client.get(reading.url()).json()
    assert (case["frames"], bool(case["problem"])) == ([], bool(says))
    assert says in case["problem"]
    page = reading.client.get(f"/read/{reading.case.public_id}/").content.decode()
    assert (says or "Opening the case") in page
    assert "CUDA" not in page + case["problem"]


def test_a_frame_outside_the_video_does_not_exist(reading):
    reading.open()
    assert reading.client.get(f"{frames_at(reading.case)}/4.png").status_code == 404


def test_the_schema_describes_these_endpoints_without_a_warning(capsys):
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.validation import validate_schema

    from readers.api import urls

    schema = SchemaGenerator(patterns=urls.urlpatterns).get_schema(public=True)
    validate_schema(schema)
    assert capsys.readouterr().err == ""
    assert len(schema["paths"]) == len(urls.urlpatterns)
