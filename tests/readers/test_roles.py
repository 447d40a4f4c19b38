"""One table: who gets which status from which address. A new address without a row fails."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver

from readers import urls as page_urls
from readers.api import urls as api_urls
from readers.services.reading import open_case

PEOPLE = (
    *("stranger", "other_reader", "reader", "coordinator", "analyst", "monitor"),
    *("engineer", "superuser", "nobody"),
)

# Method, address, and the status for each of PEOPLE; the case is the reader's current blinded one.
TABLE = {
    "home": ("GET", "/read/", (200, 200, 200, 200, 200, 200, 200, 200, 302)),
    "case": ("GET", "/read/{case}/", (404, 404, 200, 404, 404, 404, 404, 404, 302)),
    "frame": ("GET", "/frames/{case}/0.png", (404, 404, 200, 404, 404, 404, 404, 404, 404)),
    "studies": ("GET", "/studies/", (200, 200, 200, 200, 200, 200, 200, 200, 302)),
    "study": ("GET", "/studies/pelvis/", (404, 404, 404, 200, 200, 200, 404, 404, 302)),
    "lock-form": ("POST", "/studies/pelvis/lock-form/", (404, 404, 404, 302, 302, 302, 404, 404, 302)),
    "api-worklist": ("GET", "/api/v1/worklist/", (200, 200, 200, 200, 200, 200, 200, 200, 403)),
    "api-case": ("GET", "/api/v1/assignments/{case}/", (404, 404, 200, 404, 404, 404, 404, 404, 403)),
    "api-exposures": (
        "POST",
        "/api/v1/assignments/{case}/exposures/",
        (404, 404, 201, 404, 404, 404, 404, 404, 403),
    ),
    "api-answer": (
        "PUT",
        "/api/v1/assignments/{case}/answers/ring/",
        (404, 404, 200, 404, 404, 404, 404, 404, 403),
    ),
    "api-submit": (
        "POST",
        "/api/v1/assignments/{case}/submit/",
        (404, 404, 409, 404, 404, 404, 404, 404, 403),  # the reader's answers are missing
    ),
}
BODIES = {
    "api-answer": {"score": 1, "idempotency_key": "6f0f3a58-35b0-4d38-bf4a-3d5f1f0a9f0e"},
    "api-submit": {"form_sha256": "FORM"},
}


def addresses(patterns: list[URLPattern | URLResolver]) -> set[str]:
    return {pattern.name for pattern in patterns}


def test_every_address_of_the_room_has_its_row():
    assert addresses(page_urls.urlpatterns) | addresses(api_urls.urlpatterns) == set(TABLE)


@pytest.fixture
def scene(make_world, clock, django_user_model):
    """A reader with an opened blinded case, and everybody else who might try."""
    world = make_world(n_readers=2)
    for reader in world.readers:
        world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    case = world.current(world.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    engineer = django_user_model.objects.create_user("engineer")
    engineer.groups.add(Group.objects.get_or_create(name="engineers")[0])
    people = {
        "stranger": django_user_model.objects.create_user("stranger"),
        "other_reader": world.readers[1].user,
        "reader": world.readers[0].user,
        "coordinator": world.coordinator,
        "analyst": world.analyst,
        "monitor": world.monitor,
        "engineer": engineer,
        "superuser": django_user_model.objects.create_superuser("root"),
        "nobody": None,
    }
    return world, case, people


@pytest.mark.parametrize("name", TABLE)
def test_status_by_role(scene, client, name):
    world, case, people = scene
    method, address, expected = TABLE[name]
    body = {
        key: world.study.form_sha256 if value == "FORM" else value
        for key, value in BODIES.get(name, {}).items()
    }
    found = []
    for person in PEOPLE:
        client.logout()
        if people[person]:
            client.force_login(people[person])
        response = client.generic(
            method,
            address.format(case=case.public_id),
            data=json.dumps(body),
            content_type="application/json",
        )
        found.append(response.status_code)
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, expected, strict=True))


def test_only_a_coordinator_locks_the_form(make_world, as_user):
    world = make_world()
    for user in (world.analyst, world.monitor):
        as_user(user).post("/studies/pelvis/lock-form/")
        world.study.refresh_from_db()
        assert world.study.form_locked_at is None
    as_user(world.coordinator).post("/studies/pelvis/lock-form/")
    world.study.refresh_from_db()
    assert world.study.form_locked_at is not None


def test_the_team_sees_progress_and_no_answer(scene, as_user):
    world, case, _ = scene
    world.answer(case, "ring", 5)
    page = as_user(world.coordinator).get("/studies/pelvis/").content.decode()
    assert "0 of 3" in page
    assert "Results open to coordinators once every reader has finished" in page
    assert ">Results</a>" in as_user(world.analyst).get("/studies/pelvis/").content.decode()


def test_the_admin_hides_a_study_from_those_who_read_in_it(scene, as_user):
    world, _, people = scene
    world.readers[0].user.is_staff = world.readers[0].user.is_superuser = True
    world.readers[0].user.save()
    address = "/admin/readers/answer/", "/admin/readers/study/", "/admin/readers/studyvideo/"
    for page in address:
        assert "0 " in as_user(world.readers[0].user).get(page).content.decode().split("paginator")[1][:80]
    assert "1 study" in as_user(people["superuser"]).get("/admin/readers/study/").content.decode()
    assert as_user(people["superuser"]).get("/admin/readers/answer/add/").status_code == 403
