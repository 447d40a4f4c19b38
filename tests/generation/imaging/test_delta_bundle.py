"""The bundle gives back every pixel, whatever the frames are, and says so when it cannot."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from generation.imaging.delta_bundle import NotABundle, decode, encode

SIDES = st.integers(1, 12)
VIDEOS = st.tuples(st.integers(1, 9), SIDES, SIDES).flatmap(lambda shape: arrays(np.uint8, shape))


@given(VIDEOS, st.integers(1, 10), st.integers(0, 50))
def test_every_pixel_comes_back(video, key_every, padding):
    bundle = encode(list(video), key_every=key_every) + bytes(padding)
    np.testing.assert_array_equal(np.stack(list(decode(bundle))), video)


@given(VIDEOS, st.data())
def test_a_bundle_that_was_cut_off_is_refused(video, data):
    bundle = encode(list(video))
    end = data.draw(st.integers(0, len(bundle) - 1))
    with pytest.raises(NotABundle):
        list(decode(bundle[:end]))


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(data):
    with pytest.raises(NotABundle):
        list(decode(data))
    with pytest.raises(NotABundle):
        list(decode(b"CPDELTA1" + data[:12]))


def test_the_format_is_the_documented_one():
    """Coded by hand from the documentation: a key frame, a frame of differences."""
    deflated = [
        zlib.compress(bytes(differences), wbits=-15) for differences in ([10, 5, 0, 251], [1, 2, 255, 0])
    ]
    lengths = [len(data) for data in deflated]
    bundle = struct.pack("<8s4I2I", b"CPDELTA1", 2, 2, 2, 30, *lengths) + b"".join(deflated)
    first, second = decode(bundle)
    assert first.tolist() == [[10, 15], [0, 251]]
    assert second.tolist() == [[11, 17], [255, 251]]
    assert encode([first, second])[:24] == bundle[:24]


def test_a_still_video_is_small_and_equal_frames_give_equal_bytes():
    frame = np.arange(64 * 64, dtype=np.uint8).reshape(64, 64)
    bundle = encode([frame] * 40)
    assert bundle == encode([frame.copy()] * 40)
    assert len(bundle) < 40 * 64


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [np.zeros((2, 2))],
        [np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8)],
        [np.zeros((2, 0), np.uint8)],
        [np.zeros((2, 2, 3), np.uint8)],
    ],
)
def test_what_is_no_video_is_refused(frames):
    with pytest.raises(ValueError, match=r"Frame \d|at least one"):
        encode(frames)
