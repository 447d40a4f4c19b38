"""The protocol by the API: checked, made into a study, changed as a version; all problems at once."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from readers.models import Study
from readers.protocol import document
from readers.protocol.document_file import example, serialise
from tests.readers.conftest import make_user

pytestmark = pytest.mark.django_db
CONTENT = document.content(example())


@pytest.fixture
def api(as_user):
    user = make_user("cleo")
    user.groups.add(Group.objects.get_or_create(name="coordinators")[0])
    return as_user(user)


def send(client, method, address, **body):
    return getattr(client, method)(f"/api/v1/{address}", body, content_type="application/json")


def test_a_document_or_a_file_is_checked_and_given_back_whole(api):
    shortest = {key: CONTENT[key] for key in ("format", "title", "slug", "groups", "seed")}
    for body in ({"document": shortest}, {"yaml": serialise(example())}):
        checked = send(api, "post", "protocol/check/", **body)
        assert checked.json() == {"sha256": document.sha256(CONTENT), "document": CONTENT}
    assert not Study.objects.exists()


def test_every_problem_comes_with_place_reason_and_line(api):
    wrong = serialise(example()).replace("days: 28", "days: 3").replace("fps: 30", "fsp: 30", 1)
    refused = send(api, "post", "protocol/check/", yaml=wrong)
    assert refused.status_code == 400
    problems = {problem["place"]: problem for problem in refused.json()["problems"]}
    assert "too short" in problems["washout.days"]["reason"]
    assert problems["display.training.fsp"]["line"] > problems["washout.days"]["line"] > 1
    by_document = send(api, "post", "protocol/", document=CONTENT | {"washout": {"days": 3}})
    assert by_document.json()["problems"][0]["line"] is None
    assert not Study.objects.exists()


@pytest.mark.parametrize("body", [{}, {"document": {}, "yaml": ""}, {"document": []}])
def test_what_is_no_protocol_at_all_is_refused(api, body):
    assert send(api, "post", "protocol/check/", **body).status_code == 400


def test_a_study_is_made_changed_with_a_reason_and_shows_its_versions(api):
    assert send(api, "post", "protocol/", document=CONTENT).status_code == 201
    again = send(api, "post", "protocol/", document=CONTENT)
    assert "already" in again.json()["problems"][0]["reason"]
    longer = CONTENT | {"washout": CONTENT["washout"] | {"days": 42}}
    silent = send(api, "put", "studies/pelvis/protocol/", document=longer)
    assert (silent.status_code, silent.json()["code"]) == (400, "setup")
    changed = send(api, "put", "studies/pelvis/protocol/", document=longer, reason="Longer memory")
    assert changed.json() == {
        "slug": "pelvis",
        "version": 2,
        "sha256": document.sha256(longer),
        "document": longer,
    }
    assert api.get("/api/v1/studies/pelvis/protocol/").json() == changed.json()
    latest, first = api.get("/api/v1/studies/pelvis/protocol/versions/").json()
    assert latest["changes"] == [{"place": "washout.days", "before": 28, "after": 42}]
    assert (latest["reason"], latest["made_by"], first["changes"]) == ("Longer memory", "cleo", [])
    moved = send(api, "put", "studies/pelvis/protocol/", document=longer | {"slug": "x"}, reason="Rename")
    assert moved.json()["problems"][0]["place"] == "slug"
    assert Study.objects.count() == 1


def test_a_stranger_makes_and_sees_nothing(api, as_user):
    send(api, "post", "protocol/", document=CONTENT)
    stranger = as_user(make_user("stranger"))
    assert send(stranger, "post", "protocol/", document=CONTENT | {"slug": "x"}).status_code == 403
    assert stranger.get("/api/v1/studies/pelvis/protocol/").status_code == 404
