"""The reading page within its budget, and pages of a reader's own that do not grow with the studies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generation.models import RenderJob
from readers.models import Assignment
from readers.selectors.home import home_cards
from readers.services.allocation import allocate_videos
from readers.services.form import lock_form
from readers.services.reading import open_case
from readers.services.studies import create_study, enrol_reader, set_criteria
from tests.readers.conftest import CRITERIA, GROUP_A, GROUP_B, World, make_user, make_video

MOST_QUERIES = 8
MOST_BYTES = 60_000  # the page without its frames


@pytest.fixture(autouse=True)
def roles_as_in_a_hospital(settings: Any) -> None:
    settings.MFA_REQUIRED_OF = ["coordinator", "analyst", "monitor", "engineer", "staff"]


def check_budget(case: Assignment) -> None:
    client = Client()
    client.force_login(case.reader.user)
    with CaptureQueriesContext(connection) as made:
        page = client.get(f"/read/{case.public_id}/")
    assert page.status_code == 200
    assert len(made) <= MOST_QUERIES, [query["sql"][:90] for query in made]
    assert len(page.content) <= MOST_BYTES


@pytest.mark.django_db
def test_a_training_page(make_world: Callable[..., World], clock: Any) -> None:
    world = make_world(n_training=1)
    check_budget(world.current(world.readers[0], "training"))


@pytest.mark.django_db
def test_an_exploratory_page_with_notes(make_world: Callable[..., World], clock: Any) -> None:
    world = make_world()
    case = world.current(world.readers[0], "exploratory")
    open_case(public_id=case.public_id, by=case.reader.user)
    for frame in range(3):
        world.note(case, "Wider", frame=frame, tags=["ring", f"frame-{frame}"])
    check_budget(case)


@pytest.mark.django_db
@pytest.mark.parametrize("rendered", [True, False], ids=["rendered", "still rendering"])
def test_a_blinded_page(make_world: Callable[..., World], clock: Any, rendered: bool) -> None:
    world = make_world(n_readers=2, video={"rendered": rendered})
    for reader in world.readers:
        world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(reader))
    case = world.current(reader)
    open_case(public_id=case.public_id, by=reader.user)
    for key in ("ring", "distance"):
        world.answer(case, key, 3)
    if not rendered:
        RenderJob.objects.create(video=case.study_video.video)
    check_budget(case)


@pytest.mark.django_db
def test_the_home_and_the_worklist_make_as_many_queries_for_many_studies_as_for_one(
    data_folders: None, clock: Any
) -> None:
    coordinator, reader = make_user("coordinator"), make_user("reader")
    counted = []
    for first in (0, 1, 2):
        for phase in ("exploratory", "blinded", "locked"):
            study_in(phase, coordinator, reader, first_seed=100 * first)
        with CaptureQueriesContext(connection) as made:
            assert len(home_cards(reader)) == 3 * (first + 1)
        counted.append(len(made))
    assert len(set(counted)) == 1, counted


def study_in(phase: str, coordinator: User, reader: User, *, first_seed: int) -> None:
    """A study in which the person reads, and has come to this phase."""
    study = create_study(
        by=coordinator,
        slug=f"{phase}-{first_seed}",
        title="One of many",
        group_a=GROUP_A,
        group_b=GROUP_B,
        n_exploratory=2 if phase == "exploratory" else 0,
        n_blinded=2 if phase == "blinded" else 1,
        washout_anchor="latest" if phase == "exploratory" else "last_exposure",
        reopen_exploratory=True,
        allocation_seed=1,
        sign_off_required=False,
    )
    set_criteria(study=study, criteria=CRITERIA, by=coordinator)
    enrolled = enrol_reader(study=study, user=reader, code="R1", specialty="surgeon", by=coordinator)
    allocate_videos(
        study=study,
        videos=[make_video(seed=first_seed + number + 10 * len(phase)) for number in range(3)],
        by=coordinator,
    )
    world = World(study, coordinator, coordinator, coordinator, [enrolled])
    if phase == "exploratory":
        case = world.current(enrolled, "exploratory")
        open_case(public_id=case.public_id, by=reader)
        world.submit(case)
        return
    lock_form(study=study, by=coordinator)
    world.read(world.current(enrolled), {criterion["key"]: 4 for criterion in CRITERIA})
