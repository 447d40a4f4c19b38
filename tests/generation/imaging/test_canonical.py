from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.imaging.canonical import area_average, canonical, pixels_sha256, read_png, write_png


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 24))
def test_the_result_is_a_square_that_is_never_enlarged(rows: int, columns: int, max_side: int) -> None:
    image = canonical(np.full((rows, columns), 200, dtype=np.uint8), max_side)
    assert image.shape == (min(max(rows, columns), max_side),) * 2
    assert set(np.unique(image)) <= {0, 200}
    assert (image == 200).any()


def test_a_square_that_fits_is_kept_pixel_for_pixel() -> None:
    image = np.random.default_rng(2).integers(0, 256, (331, 331)).astype(np.uint8)
    assert np.array_equal(canonical(image), image)


@pytest.mark.parametrize(("shape", "above", "left"), [((2, 5), 1, 0), ((5, 2), 0, 1)])
def test_padding_is_black_and_centred_with_the_odd_line_last(
    shape: tuple[int, int], above: int, left: int
) -> None:
    image = canonical(np.full(shape, 9, dtype=np.uint8))
    expected = np.zeros((5, 5), dtype=np.uint8)
    expected[above : above + shape[0], left : left + shape[1]] = 9
    assert np.array_equal(image, expected)


def test_area_averaging_is_the_mean_of_each_block() -> None:
    image = np.random.default_rng(3).integers(0, 256, (96, 64)).astype(np.uint8)
    blocks = image.reshape(24, 4, 16, 4).mean(axis=(1, 3))
    assert np.array_equal(area_average(image, rows=24, columns=16), np.floor(blocks + 0.5))


def test_the_aspect_is_kept_when_a_large_image_shrinks() -> None:
    image = canonical(np.full((2500, 2048), 77, dtype=np.uint8))
    filled = np.flatnonzero(image.any(axis=0))
    assert image.shape == (1024, 1024)
    assert len(filled) == round(2048 * 1024 / 2500)
    assert filled[0] == (1024 - len(filled)) // 2


def test_the_hash_is_of_the_values_in_little_endian_order() -> None:
    values = np.array([[1, 2], [3, 60_000]], dtype=np.uint16)
    expected = hashlib.sha256(b"\x01\x00\x02\x00\x03\x00\x60\xea").hexdigest()
    assert pixels_sha256(values) == expected
    assert pixels_sha256(values.astype(">u2")) == expected
    assert pixels_sha256(np.asfortranarray(values)) == expected


def test_a_stored_png_holds_pixels_and_nothing_else(tmp_path: Path) -> None:
    image = np.random.default_rng(4).integers(0, 256, (30, 30)).astype(np.uint8)
    path = tmp_path / "image.png"
    write_png(path, image)

    assert np.array_equal(read_png(path), image)
    data, chunks, position = path.read_bytes(), [], 8
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        chunks.append(data[position + 4 : position + 8])
        position += 12 + length
    assert set(chunks) == {b"IHDR", b"IDAT", b"IEND"}
