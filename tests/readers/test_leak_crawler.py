"""Every address of the site, every method, asked by a blinded reader: no reply tells what must stay hidden.

The replies are searched for the secrets. Then two worlds are held against each other that differ in secrets
alone (groups, title, seeds, directions, what another reader noted and answered): their replies are equal,
byte for byte, but for ids that are drawn at random.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import transaction

from readers.frame_addresses import seal
from readers.models import Assignment, Reader, StudyVideo
from readers.services.reading import open_case
from tests.readers.conftest import START, World, grey_frames, render
from tests.readers.crawler import Reply, crawl, masked, out_of_step

NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
HIDDEN_WORDS = re.compile(rb"\b(AB|BA|A\xe2\x86\x92B|B\xe2\x86\x92A|direction)\b", re.IGNORECASE)
# The description of the API and the help name what analysts get; they are the same for everybody.
DESCRIPTIONS = ("api-schema", "api-docs", "help")


def words_of(world: World, reader: Reader) -> dict[str, list[Any]]:
    """What a curious reader could put into an address, their own things first."""
    submitted, current, _ = world.cases(reader, "blinded")
    others = [world.cases(each, "blinded")[0] for each in world.readers[1:]]
    cases = [current, submitted, *others, world.cases(reader, "exploratory")[0]]
    ids = [*(case.public_id for case in cases), world.study.room.public_id, NOWHERE]
    return {
        "uuid": ids,
        "seal": [seal(reader.user, public_id) for public_id in ids],
        "slug": [world.study.slug, *("ring", "form", "answers", "nothing")],
        "int": [0, 99],
        "str": ["V01", "nothing"],
    }


def bodies_of(world: World) -> list[dict[str, Any]]:
    return [
        {},
        {"score": 2, "idempotency_key": str(UUID(int=7, version=4)), "form_sha256": world.study.form_sha256},
    ]


def in_the_blinded_phase(
    make_world: Callable[..., World], clock: Any, *, note: str, scores: tuple[int, int], **secrets: Any
) -> World:
    """A world with two readers; the first has submitted one blinded case and opened the next."""
    world = make_world(n_readers=2, **secrets)
    for reader in world.readers:
        alike(world, world.readers[0])
        world.finish_exploratory(reader, note=note if reader != world.readers[0] else "the ring is rounder")
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    ring, distance = scores
    for case in world.cases(world.readers[1], "blinded"):
        world.read(case, {"ring": ring, "distance": distance})
    world.read(world.current(world.readers[0]), {"ring": 3, "distance": 4})
    case = world.current(world.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    world.answer(case, "ring", 4)
    return world


def alike(world: World, reader: Reader) -> None:
    """Render each video such that the reader sees the same frames at the same place, in either direction."""
    for case in Assignment.objects.filter(reader=reader).select_related("study_video__video"):
        video = case.study_video.video
        shown = grey_frames(video.n_frames, height=video.height, width=video.width, seed=case.position)
        render(video, shown if case.direction == "AB" else shown[::-1])


def replies_to(world: World, client: Any) -> list[Reply]:
    return list(crawl(client, words_of(world, world.readers[0]), bodies_of(world)))


def secrets_of(world: World, reader: Reader) -> dict[str, str]:
    """What must not be seen, by what it is."""
    study = world.study
    found = {"group A": study.group_a, "group B": study.group_b, "title": study.title}
    for study_video in StudyVideo.objects.filter(study=study).select_related("video"):
        video = study_video.video
        found |= {
            f"spec of {study_video.label}": video.spec_sha256,
            f"manifest of {study_video.label}": video.manifest_sha256,
            f"seed of {study_video.label}": str(video.seed),
            f"id of {study_video.label}": str(video.pk),
        }
    for case in Assignment.objects.exclude(reader=reader):
        found[f"case {case}"] = str(case.public_id)
    for person in (
        world.coordinator,
        world.analyst,
        world.monitor,
        *(each.user for each in world.readers[1:]),
    ):
        found[f"name of {person}"] = f'"{person.username}"'
    return found | {"another's note": "opinion"}


def told(world: World, replies: list[Reply]) -> set[tuple[str, str]]:
    """(name of the address, what) of every secret that a reply holds."""
    forbidden = secrets_of(world, world.readers[0])
    found = set()
    for reply in replies:
        # What the person has typed into the address bar may come back to the person.
        sent = reply.wire.replace(reply.address.encode(), b"")
        found |= {(reply.name, what) for what, secret in forbidden.items() if secret.encode() in sent}
        if reply.name not in DESCRIPTIONS and b"image/png" not in sent and b"octet-stream" not in sent:
            found |= {(reply.name, word.decode()) for word in HIDDEN_WORDS.findall(sent)}
    return found


WORLDS: list[dict[str, Any]] = [
    {"note": "an opinion of somebody else", "scores": (5, 1)},
    {
        "note": "quite another opinion",
        "scores": (1, 2),
        "allocation_seed": 7,
        "title": "Quite another title of a study",
        "group_a": "Arthritis",
        "group_b": "Healthy",
        "first_seed": 310_000,
    },
]


def first_difference(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    """What surrounds the first byte that differs."""
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return one[max(0, place - 60) : place + 60], other[max(0, place - 60) : place + 60]


@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_no_reply_holds_a_secret_and_worlds_that_differ_in_secrets_alone_reply_alike(
    make_world, clock, as_user
) -> None:
    found, directions = [], []
    for secrets in WORLDS:
        clock.move_to(START)
        with transaction.atomic():
            world = in_the_blinded_phase(make_world, clock, **secrets)
            replies = replies_to(world, as_user(world.readers[0].user))
            replies = [reply for reply in replies if reply.name not in out_of_step()]
            assert {(reply.method, reply.name) for reply in replies if reply.status >= 500} == set()
            assert told(world, replies) == set()
            assert sum(reply.status < 300 for reply in replies) > 30
            same: dict[str, str] = {}
            found.append([(r.name, r.method, r.status, masked(r.wire, same)) for r in replies])
            directions.append([case.direction for case in world.cases(world.readers[0], "blinded")])
            transaction.set_rollback(True)
    assert mail.outbox == []
    assert directions[0] != directions[1]
    assert len(found[0]) == len(found[1])
    unlike = [(one, other) for one, other in zip(*found, strict=True) if one != other]
    assert [(one[:3], first_difference(one[3], other[3])) for one, other in unlike] == []
