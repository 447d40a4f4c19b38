"""Every id of a study in every address that takes one, asked by everybody of another study: nothing opens."""

from __future__ import annotations

from time import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import get_resolver

from readers.frame_addresses import seal
from readers.models import (
    ApiToken,
    Assignment,
    Criterion,
    Deviation,
    Invitation,
    Observation,
    Reader,
    Study,
    StudyDraft,
    StudyVideo,
)
from readers.services.studies import enrol_reader, grant_role
from tests.readers.conftest import make_user
from tests.readers.crawler import crawl, routes
from tests.roles.conftest import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(300)]

# Whoever holds these links may open them: they are secrets themselves, and name no id.
BEARER = {"readers:invitation", "readers:calendar"}
SHUT = {400, 403, 404, 405, 410, 415}


@pytest.fixture
def elsewhere(scene: Scene) -> dict[str, User]:
    """One person for each role in the other study; coordinator and analyst set studies up and render, too."""
    hand, coordinator = Study.objects.get(slug="hand"), scene.people["elsewhere"]
    people = {"coordinator": coordinator}
    for role in ("analyst", "monitor"):
        people[role] = make_user(f"hand-{role}")
        grant_role(study=hand, user=people[role], role=role, by=coordinator)
    people["reader"] = make_user("hand-reader")
    enrol_reader(study=hand, user=people["reader"], code="H1", specialty="surgeon", by=coordinator)
    coordinator.groups.add(Group.objects.get(name="coordinators"))
    people["superuser"], people["nobody"] = scene.people["superuser"], None
    for person in (scene.people["reader"], scene.people["coordinator"]):
        Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "a key"})
    return people


def confirmed(user: User) -> Client:
    """A browser in which the person has just given the password, so that nothing is shut for want of it."""
    client = Client()
    client.force_login(user)
    session = client.session
    given = {"method": "password", "at": time(), "reauthenticated": True}
    session["account_authentication_methods"] = [given]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def ids_of_pelvis(scene: Scene, user: User | None) -> dict[str, list[Any]]:
    """Every id that the database holds of the study, by the kind of part that it could stand for."""
    study = scene.world.study
    uuids = [
        *Assignment.objects.filter(reader__study=study).values_list("public_id", flat=True),
        *Observation.objects.filter(assignment__reader__study=study).values_list("public_id", flat=True),
        *StudyDraft.objects.values_list("public_id", flat=True),
        study.room.public_id,
    ]
    numbered = (Reader, Criterion, Invitation, Deviation, ApiToken, Authenticator)
    numbers = {pk for model in numbered for pk in model.objects.values_list("pk", flat=True)}
    labels = StudyVideo.objects.filter(study=study).values_list("label", flat=True)
    codes = Reader.objects.filter(study=study).values_list("code", flat=True)
    whose = user or scene.people["reader"]
    return {
        "uuid": uuids,
        "seal": [seal(whose, public_id) for public_id in uuids],
        "slug": [study.slug, *codes, "ring", "form", "answers", "pause", "results"],
        "int": sorted(numbers),
        "str": [*labels, scene.words["cohort"], *scene.words.values()],
    }


@pytest.mark.parametrize("role", ["coordinator", "analyst", "monitor", "reader", "superuser", "nobody"])
def test_no_id_of_a_study_opens_anything_for_the_people_of_another(
    scene: Scene, elsewhere: dict[str, User], role: str
) -> None:
    person = elsewhere[role]
    client = Client() if person is None else confirmed(person)
    with_ids = {name for name, route in routes(get_resolver().url_patterns) if "<" in route} - BEARER
    opened, asked = set(), 0
    for reply in crawl(client, ids_of_pelvis(scene, person)):
        if reply.name not in with_ids:
            continue
        asked += 1
        to_sign_in = role == "nobody" and reply.status == 302 and b"Location: /sign-in/" in reply.wire
        only_methods = reply.method == "OPTIONS" and b"Content-Length: 0" in reply.wire
        if reply.status not in SHUT and not to_sign_in and not only_methods:
            opened.add((reply.name, reply.method, reply.address, reply.status))
    assert opened == set()
    assert asked > 500
    assert Authenticator.objects.count() == 2
