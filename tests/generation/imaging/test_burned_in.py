"""Text in pictures: found where it is written, and only there. Rates: benchmarks/burned_in.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from generation.imaging.box import Box
from generation.imaging.burned_in import find_text
from generation.imaging.canonical import canonical, to_canonical
from generation.imaging.dicom import read_dicom


def film(jordan: list[Path], side: int = 1024) -> np.ndarray:
    picture = read_dicom(jordan[0])
    grey = Image.fromarray(picture.grey(picture.stored_values()))
    return np.asarray(grey.resize((side, side), Image.Resampling.BICUBIC))


def written(
    grey: np.ndarray, text: str, *, at: tuple[int, int], size: int = 32, value: int = 255
) -> np.ndarray:
    image = Image.fromarray(grey)
    ImageDraw.Draw(image).text(at, text, fill=value, font=ImageFont.load_default(size))
    return np.asarray(image)


def holds(boxes: list[Box], at: tuple[int, int]) -> bool:
    return any(box.left <= at[0] < box.right and box.top <= at[1] < box.bottom for box in boxes)


@pytest.mark.parametrize("size", [20, 32, 56])
@pytest.mark.parametrize(("text", "value"), [("DOE JANE", 255), ("12.03.1957", 230)])
def test_text_on_a_real_film_is_found_where_it_is(
    jordan: list[Path], text: str, value: int, size: int
) -> None:
    dark = np.minimum(film(jordan), 90).astype(np.uint8)
    boxes = find_text(written(dark, text, at=(60, 40), size=size, value=value))
    assert holds(boxes, (60 + size, 40 + size // 2 + size // 4))


def test_dark_text_and_upright_text_are_found() -> None:
    bright = np.full((600, 600), 220, dtype=np.uint8)
    dark_text = written(bright, "ID 8841203", at=(40, 500), value=0)
    assert find_text(dark_text)
    assert find_text(np.rot90(dark_text))


def test_real_films_without_text_raise_no_alarm(jordan: list[Path]) -> None:
    for path in jordan:
        picture = read_dicom(path)
        assert find_text(picture.grey(picture.stored_values())) == []


def test_a_lead_marker_is_no_text(jordan: list[Path]) -> None:
    dark = np.minimum(film(jordan), 90).astype(np.uint8)
    assert find_text(written(dark, "R", at=(60, 40), size=56)) == []


def test_nothing_is_found_in_nothing() -> None:
    for pixels in (np.zeros((5, 5)), np.full((300, 200), 255), np.zeros((1, 4000))):
        assert find_text(pixels.astype(np.uint8)) == []


@pytest.mark.parametrize("shape", [(3000, 2500), (700, 900)])
def test_a_box_covers_the_same_text_in_the_canonical_image(shape: tuple[int, int]) -> None:
    """Whatever is inside the box of the source lies inside the box of the canonical image."""
    grey = np.zeros(shape, dtype=np.uint8)
    box = Box(left=120, top=400, right=460, bottom=480)
    grey[box.top : box.bottom, box.left : box.right] = 255
    image, found = canonical(grey), to_canonical(box, *shape)
    assert image[found.top : found.bottom, found.left : found.right].max() == 255
    image[found.top : found.bottom, found.left : found.right] = 0
    assert image.max() == 0
