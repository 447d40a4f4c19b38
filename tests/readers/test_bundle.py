"""All frames in one file: the rendered pixels in the order shown, of one size and with the same headers."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.imaging.delta_bundle import decode
from generation.models import Video
from readers.byte_range import Unsatisfiable, byte_range
from readers.services.reading import open_case
from tests.readers.conftest import frames_at, grey_frames
from tests.stored import bundle_path


def body(response) -> bytes:
    return b"".join(response.streaming_content)


@pytest.fixture
def world(make_world, clock):
    """A blinded phase whose videos take very different sizes to code, and its one reader."""
    world = make_world(n_blinded=4, video={"n_frames": 7})
    world.finish_exploratory(world.readers[0])
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    return world


@pytest.fixture
def opened(world, as_user):
    """The current blinded case, opened, its bundle's address, and a client signed in as its reader."""
    case = world.current(world.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    return case, f"{frames_at(case)}.bundle", as_user(case.reader.user)


def test_every_case_has_its_frames_in_a_file_of_one_size_and_the_same_headers(world, as_user):
    client = as_user(world.readers[0].user)
    seen, directions, own_sizes = set(), set(), set()
    for case in world.cases(world.readers[0], "blinded"):
        reply = client.get(f"/api/v1/assignments/{case.public_id}/").json()
        assert client.get(reply["bundle_url"]).status_code == 409
        client.post(f"/api/v1/assignments/{case.public_id}/exposures/")
        response = client.get(reply["bundle_url"])
        data = body(response)
        video = case.study_video.video
        frames = grey_frames(video.n_frames, height=video.height, width=video.width, seed=video.seed)
        shown = frames if case.direction == "AB" else frames[::-1]
        np.testing.assert_array_equal(np.stack(list(decode(data))), np.stack(shown))
        assert "ETag" not in response
        assert "Last-Modified" not in response
        assert response["Cache-Control"] == "private, no-store"
        seen.add((len(data), *sorted(response.headers.items())))
        directions.add(case.direction)
        own_sizes |= {bundle_path(video, order).stat().st_size for order in ("AB", "BA")}
        world.read(case, {"ring": 3, "distance": 3})
    assert directions == {"AB", "BA"}
    assert len(own_sizes) > 1
    assert len(seen) == 1
    assert {size for size, *_ in seen} == {max(own_sizes)}


def test_the_hashes_are_those_of_the_pixels(world, as_user):
    case = world.current(world.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    client = as_user(case.reader.user)
    reply = client.get(f"/api/v1/assignments/{case.public_id}/").json()
    frames = decode(body(client.get(reply["bundle_url"])))
    hashes = [hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames]
    assert hashes == [entry["pixels_sha256"] for entry in reply["frames"]]


def test_a_download_that_broke_off_goes_on(opened):
    _, address, client = opened
    whole = body(client.get(address))
    n = len(whole)
    for header, first, last in [
        ("bytes=0-", 0, n - 1),
        ("bytes=100-", 100, n - 1),
        ("bytes=7-9", 7, 9),
        ("bytes=-20", n - 20, n - 1),
        (f"bytes=5-{10 * n}", 5, n - 1),
    ]:
        response = client.get(address, headers={"Range": header})
        part = whole[first : last + 1]
        assert response.status_code == 206
        assert body(response) == part
        assert response["Content-Range"] == f"bytes {first}-{last}/{n}"
        assert response["Content-Length"] == str(len(part))
    beyond = client.get(address, headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    for header in ("bytes=3-2", "bytes=0-1,4-5", "frames=1-2", "bytes=-"):
        assert body(client.get(address, headers={"Range": header})) == whole


def test_no_bundle_is_offered_until_that_of_every_rendered_video_is_made(world, opened):
    case, address, client = opened
    other = world.cases(world.readers[0], "blinded")[-1].study_video.video
    Video.objects.filter(pk=other.pk).update(bundle_bytes=None)
    assert client.get(address).status_code == 404
    assert client.get(f"/api/v1/assignments/{case.public_id}/").json()["bundle_url"] is None
    Video.objects.filter(pk=other.pk).update(bundle_bytes=other.bundle_bytes)
    assert client.get(address).status_code == 200
    bundle_path(case.study_video.video, case.direction).unlink()
    assert client.get(address).status_code == 404


@given(
    size=st.integers(1, 300),
    start=st.none() | st.integers(0, 400),
    end=st.none() | st.integers(0, 400),
)
def test_a_range_is_the_slice_of_the_file_that_it_names(size, start, end):
    data = list(range(size))
    header = f"bytes={'' if start is None else start}-{'' if end is None else end}"
    if start is None:
        expected = data[-end:] if end else [] if end == 0 else data
    else:
        expected = data if end is not None and end < start else data[start : None if end is None else end + 1]
    if not expected:
        with pytest.raises(Unsatisfiable):
            byte_range(header, size=size)
    else:
        first, last = byte_range(header, size=size) or (0, size - 1)
        assert data[first : last + 1] == expected
