from __future__ import annotations

import hashlib
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from generation.imaging.manifest import canonical_json, frame_entry, sha256_of
from generation.imaging.png import encode_grey


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_another_decoder_reads_back_every_pixel(pixels):
    with Image.open(io.BytesIO(encode_grey(pixels))) as image:
        assert image.mode == "L"
        assert not image.info
        assert np.array_equal(np.asarray(image), pixels)


def test_the_file_holds_the_picture_and_nothing_else():
    data = encode_grey(np.arange(256, dtype=np.uint8).reshape(16, 16))
    kinds, place = [], 8
    while place < len(data):
        kinds.append(data[place + 4 : place + 8])
        place += 12 + int.from_bytes(data[place : place + 4])
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    assert data == encode_grey(np.arange(256, dtype=np.uint8).reshape(16, 16))


@pytest.mark.parametrize(
    "pixels", [np.zeros((2, 2)), np.zeros((0, 2), np.uint8), np.zeros((2, 2, 3), np.uint8)]
)
def test_what_is_no_grey_frame_is_refused(pixels):
    with pytest.raises(ValueError, match="array of uint8"):
        encode_grey(pixels)


def test_canonical_json_is_one_text_for_equal_values():
    assert canonical_json({"b": [1, 2.5], "a": "ü"}) == '{"a":"ü","b":[1,2.5]}'.encode()
    assert sha256_of({"a": 1, "b": 2}) == sha256_of(json.loads('{ "b": 2, "a": 1 }'))
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


def test_a_frame_is_hashed_as_file_and_as_pixels():
    pixels = np.array([[0, 1], [2, 255]], np.uint8)
    entry = frame_entry(3, b"file", pixels, {"origin": "rendered"})
    assert entry["png_sha256"] == hashlib.sha256(b"file").hexdigest()
    assert entry["pixels_sha256"] == hashlib.sha256(b"\x00\x01\x02\xff").hexdigest()
