"""How many queries each page and call makes: a number of its own, whatever there is to show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generation.models import Cohort, RenderJob, Video
from readers.services.invitations import invite
from readers.services.studies import create_study
from tests.readers.conftest import World, make_video
from tests.roles.conftest import Scene, set_up
from tests.roles.rows import TABLE
from tests.roles.table import PEOPLE
from tests.roles.test_roles import filled, undone

RECORDED = Path(__file__).with_name("queries.json")
# The test's own transaction, and what is asked of PostgreSQL alone.
NOT_COUNTED = ("SAVEPOINT", "pg_advisory_xact_lock", "clock_timestamp")


@pytest.fixture(params=["small", "large"])
def any_scene(request: pytest.FixtureRequest, make_world: Callable[..., World], clock: Any) -> Scene:
    if request.param == "small":
        return set_up(make_world(n_readers=2), clock)
    scene = set_up(make_world(n_readers=5, n_exploratory=3, n_blinded=5), clock)
    coordinator = scene.world.coordinator
    for number in range(3):
        create_study(
            by=coordinator, slug=f"more-{number}", title="More", group_a="A", group_b="B", allocation_seed=1
        )
        invite(study=scene.world.study, email=f"{number}@example.org", role="monitor", by=coordinator)
        Cohort.objects.create(name=f"more-{number}")
        RenderJob.objects.create(video=make_video(seed=number, rendered=False))
    assert Video.objects.count() == 11
    return scene


@pytest.mark.django_db
@pytest.mark.timeout(180)  # every page of the site
def test_each_page_makes_its_own_number_of_queries_whatever_there_is_to_show(any_scene: Scene) -> None:
    counted = {name: n for name in TABLE if (n := queries(any_scene, name)) is not None}
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    changed = {
        name: f"{recorded.get(name)} on record, {counted.get(name)} now"
        for name in sorted(recorded.keys() | counted.keys())
        if recorded.get(name) != counted.get(name)
    }
    assert changed == {}, json.dumps(counted, indent=0)


def browser(scene: Scene, person: str) -> Client:
    client = Client()
    if user := scene.people[person]:
        client.force_login(user)
    return client


def queries(scene: Scene, name: str) -> int | None:
    """Queries of a page as the first person gets it who may; None where nobody gets one with GET."""
    row = TABLE[name]
    person = next((one for one in PEOPLE if row.expected[one] == 200), None)
    if row.method != "GET" or person is None:
        return None
    client = browser(scene, person)
    with undone(), CaptureQueriesContext(connection) as made:
        client.get(filled(row.address, scene.words))
    return sum(not any(word in query["sql"] for word in NOT_COUNTED) for query in made)
