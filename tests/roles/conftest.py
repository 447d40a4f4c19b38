"""The scene of the role table: a study in its blinded phase, and everybody who might try an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.utils import timezone

from generation.models import Cohort, HeldImage, RenderJob, Video
from readers.frame_addresses import seal
from readers.services.calendars import feed_of_reader
from readers.services.invitations import invite, token_of
from readers.services.reading import open_case
from readers.services.setup import start_draft
from readers.services.studies import create_study
from readers.services.tokens import make_token
from tests.readers.conftest import CRITERIA, PASSWORD, World, as_user, clock, make_user, make_world  # noqa: F401


@dataclass(frozen=True)
class Scene:
    """`people` by their name in the table; `words` fill the braces of addresses and bodies."""

    world: World
    people: dict[str, User | None]
    words: dict[str, str]


@pytest.fixture
def scene(make_world: Callable[..., World], clock: Any) -> Scene:  # noqa: F811
    """Both readers have submitted one blinded case; the first has the second one open."""
    return set_up(make_world(n_readers=2), clock)


def set_up(world: World, clock: Any) -> Scene:  # noqa: F811
    """Every reader has submitted one blinded case; the first has the second one open."""
    for reader in world.readers:
        world.finish_exploratory(reader, note="Wider from frame to frame")
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    for reader in world.readers:
        world.read(world.current(reader), {criterion["key"]: 4 for criterion in CRITERIA})
    rated = world.cases(world.readers[0], "blinded")[0]
    explored = world.cases(world.readers[0], "exploratory")[0]
    case = world.current(world.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    for video in Video.objects.all():
        RenderJob.objects.create(video=video, state=RenderJob.State.DONE, finished_at=timezone.now())
    engineer = make_user("engineer")
    engineer.groups.add(Group.objects.get_or_create(name="engineers")[0])
    cohort = Cohort.objects.create(name="pelvis-films")
    held = HeldImage.objects.create(
        cohort=cohort,
        pixel_sha256="0" * 64,
        reason="text was found in the picture",
        attributes={},
        side=8,
        source_rows=8,
        source_columns=8,
    )
    squares = settings.MODELS_ROOT / "squares"
    squares.mkdir(parents=True)
    (squares / "loss.csv").write_text("step,loss,gradient,seconds\n0,1.0,1.0,0.1\n1,0.5,1.0,0.1\n")
    people = {
        "stranger": make_user("stranger"),
        "elsewhere": make_user("elsewhere"),
        "other_reader": world.readers[1].user,
        "reader": world.readers[0].user,
        "coordinator": world.coordinator,
        "analyst": world.analyst,
        "monitor": world.monitor,
        "engineer": engineer,
        "superuser": User.objects.create_superuser("root", password=PASSWORD),
        "nobody": None,
    }
    create_study(
        by=people["elsewhere"], slug="hand", title="Hand", group_a="Left", group_b="Right", allocation_seed=1
    )
    world.coordinator.groups.add(Group.objects.get_or_create(name="coordinators")[0])
    invitation = invite(study=world.study, email="someone@example.org", role="monitor", by=world.coordinator)
    words = {
        "draft": str(start_draft(by=world.coordinator).public_id),
        "invitation": str(invitation.pk),
        "token": token_of(invitation),
        "feed": feed_of_reader(world.readers[0]).token,
        "api_token": str(make_token(user=world.readers[0].user, name="script")[0].pk),
        "case": str(case.public_id),
        "seal": seal(case.reader.user, case.public_id),
        "cohort": cohort.name,
        "held": str(held.pk),
        "form": world.study.form_sha256,
        "video": str(rated.study_video.video_id),
        "label": rated.study_video.label,
        "room": str(world.study.room.public_id),
        "explored": str(explored.public_id),
        "note": str(explored.observations.get().public_id),
    }
    return Scene(world, people, words)
