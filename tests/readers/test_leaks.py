"""Nothing that a reader receives tells direction, group, seed, source, label or anybody's answers."""

from __future__ import annotations

import hashlib
import re
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image

from readers.models import Assignment, StudyVideo
from tests.readers.conftest import GROUP_A, GROUP_B, frames_at, grey_frames

CONSTANT_HEADERS = {
    "Content-Type": "image/png",
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}
VALIDATORS = {"ETag", "Last-Modified", "Content-Disposition", "Accept-Ranges", "X-Accel-Redirect"}


def everything(response) -> bytes:
    """Body and headers of a response, as they go over the wire."""
    headers = "".join(f"{name}: {value}\n" for name, value in response.headers.items())
    cookies = response.cookies.output()
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return headers.encode() + cookies.encode() + body


def responses_to_a_reader(world, reader, client):
    """Every response that a reader gets from the first page to the end of the study."""
    yield client.get("/read/")
    yield client.get("/api/v1/worklist/")
    for case in world.cases(reader, "blinded"):
        api = f"/api/v1/assignments/{case.public_id}/"
        yield client.get(f"/read/{case.public_id}/")
        yield client.get(api)
        yield client.get(f"{frames_at(case)}/0.png")
        yield client.get(f"{frames_at(case)}.bundle")
        yield client.post(f"{api}exposures/")
        yield client.post(f"{api}ahead/")
        for position in range(case.study_video.video.n_frames):
            yield client.get(f"{frames_at(case)}/{position}.png")
        yield client.get(f"{frames_at(case)}.bundle")
        for key in ("ring", "distance"):
            body = {"score": 3, "idempotency_key": str(uuid4())}
            yield client.put(f"{api}answers/{key}/", body, content_type="application/json")
        form = {"form_sha256": world.study.form_sha256}
        yield client.post(f"{api}submit/", form, content_type="application/json")
        yield client.get(api)
    yield client.get("/read/")


def secrets(world, reader) -> dict[str, str]:
    """What must not be seen, by what it is."""
    found = {"group A": GROUP_A, "group B": GROUP_B, "title": world.study.title, "slug": world.study.slug}
    found["allocation seed"] = str(world.study.allocation_seed)
    for study_video in StudyVideo.objects.filter(study=world.study).select_related("video"):
        video = study_video.video
        found |= {
            f"label {study_video.label}": f'"{study_video.label}"',
            f"id of {study_video.label}": str(video.pk),
            f"spec of {study_video.label}": video.spec_sha256,
            f"manifest of {study_video.label}": video.manifest_sha256,
            f"seed of {study_video.label}": str(video.seed),
        }
    for case in Assignment.objects.exclude(reader=reader):
        found[f"case {case}"] = str(case.public_id)
    return found


@pytest.fixture
def two_readers(make_world, clock):
    world = make_world(n_readers=2)
    for reader in world.readers:
        world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    for case in world.cases(world.readers[1], "blinded"):
        world.read(case, {"ring": 5, "distance": 1})
    return world


def test_no_response_gives_the_study_away(two_readers, as_user):
    world, reader = two_readers, two_readers.readers[0]
    directions = {case.direction for case in world.cases(reader, "blinded")}
    assert directions == {"AB", "BA"}
    forbidden = secrets(world, reader)
    n = 0
    for response in responses_to_a_reader(world, reader, as_user(reader.user)):
        sent = everything(response)
        n += 1
        for what, secret in forbidden.items():
            assert secret.encode() not in sent, f"{what} in the response to {response.request['PATH_INFO']}"
        if response["Content-Type"] not in ("image/png", "application/octet-stream"):
            words = sent.decode()
            assert not re.search(r"\b(AB|BA|A→B|B→A|direction)\b", words, re.IGNORECASE)
            assert not re.search(r'"score": ?[15]\b|value="[15]" checked', words)
    assert n == 3 + 3 * (6 + 5 + 4)


def test_frames_are_sent_alike_whatever_they_show(two_readers, as_user):
    world, reader = two_readers, two_readers.readers[0]
    client = as_user(reader.user)
    names = set()
    for response in responses_to_a_reader(world, reader, client):
        if response["Content-Type"] != "image/png":
            continue
        headers = dict(response.headers)
        length = headers.pop("Content-Length", None)
        assert length in (None, str(len(response.content)))
        assert {name: headers[name] for name in CONSTANT_HEADERS} == CONSTANT_HEADERS
        assert not set(headers) & VALIDATORS
        names.add(tuple(sorted(headers.items())))
    assert len(names) == 1


def test_frames_carry_pixels_and_nothing_else(two_readers, as_user):
    world, reader = two_readers, two_readers.readers[0]
    for response in responses_to_a_reader(world, reader, as_user(reader.user)):
        if response["Content-Type"] == "image/png":
            known = rb"IHDR|IDAT|IEND|tEXt|zTXt|iTXt|tIME|eXIf|gAMA|iCCP|sRGB|pHYs"
            chunks = re.findall(known, response.content)
            assert set(chunks) == {b"IHDR", b"IDAT", b"IEND"}


def test_frames_are_the_rendered_bytes_in_the_order_shown(two_readers, as_user, tmp_path):
    world, reader = two_readers, two_readers.readers[0]
    client = as_user(reader.user)
    for case in world.cases(reader, "blinded"):
        video = case.study_video.video
        original = grey_frames(video.n_frames, height=video.height, width=video.width, seed=video.seed)
        shown = original if case.direction == "AB" else original[::-1]
        listed = client.get(f"/api/v1/assignments/{case.public_id}/").json()["frames"]
        client.post(f"/api/v1/assignments/{case.public_id}/exposures/")
        for entry, frame in zip(listed, shown, strict=True):
            data = client.get(entry["url"]).content
            assert hashlib.sha256(data).hexdigest() == entry["sha256"]
            path = tmp_path / "frame.png"
            path.write_bytes(data)
            np.testing.assert_array_equal(np.asarray(Image.open(path)), frame)
        world.read(case, {"ring": 3, "distance": 3})


def test_a_shown_direction_is_named_in_the_question_alone(make_world, clock, as_user):
    world = make_world(conceal_direction=False)
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(reader))
    client = as_user(reader.user)
    for case in world.cases(reader, "blinded"):
        first, last = (GROUP_A, GROUP_B) if case.direction == "AB" else (GROUP_B, GROUP_A)
        reply = client.get(f"/api/v1/assignments/{case.public_id}/").json()
        assert [item["question"] for item in reply["criteria"]] == [
            f"With transitioning from {first} to {last}, how does the {name} change?"
            for name in ("pelvic ring", "interacetabular distance")
        ]
        world.read(case, {"ring": 3, "distance": 3})
