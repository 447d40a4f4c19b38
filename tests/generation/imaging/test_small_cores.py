"""Collimation, pixel spacing, splits and kinds of reasons: one small pure rule each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.imaging.box import Box
from generation.imaging.collimation import crop, exposed_area
from generation.imaging.exclusions import OTHER, kind_of, tally
from generation.imaging.spacing import pixel_size
from generation.imaging.splits import split_of

# Collimation


def textured(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(0).integers(40, 200, (rows, columns)).astype(np.uint8)


@pytest.mark.parametrize("level", [0, 250])
@pytest.mark.parametrize("scale", [1, 5])
def test_a_uniform_frame_is_found(level: int, scale: int) -> None:
    field = np.kron(textured(200, 150), np.ones((scale, scale), dtype=np.uint8))
    top, bottom, left, right = (part * scale for part in (20, 30, 40, 10))
    framed = np.pad(field, ((top, bottom), (left, right)), constant_values=level)
    found = exposed_area(framed)
    rows, columns = framed.shape
    for edge, expected in zip(
        (found.left, found.top, found.right, found.bottom),
        (left, top, columns - right, rows - bottom),
        strict=True,
    ):
        assert abs(edge - expected) <= 2 * scale
    assert crop(framed, found).shape == (found.bottom - found.top, found.right - found.left)


def test_a_film_without_borders_and_an_empty_one_are_kept_whole() -> None:
    for grey in (textured(90, 70), np.zeros((90, 70), dtype=np.uint8)):
        assert exposed_area(grey) == Box(0, 0, 70, 90)


# Pixel spacing


@pytest.mark.parametrize(
    ("pixel", "imager", "calibration", "expected"),
    [
        ([0.15, 0.15], None, "", (0.15, "detector")),
        (None, [0.15, 0.15], "", (0.15, "detector")),
        ([0.15, 0.15], [0.15, 0.15], "", (0.15, "detector")),
        ([0.13, 0.13], [0.15, 0.15], "", (0.13, "patient")),
        ([0.15, 0.15], [0.15, 0.15], "FIDUCIAL", (0.15, "patient")),
        ([1.0, 1.0], None, "", (None, "")),
        ([0.15, 0.3], None, "", (None, "")),
        ([0.15], None, "GEOMETRY", (None, "")),
        (None, None, "", (None, "")),
    ],
)
def test_the_plane_of_a_spacing(
    pixel: list[float] | None,
    imager: list[float] | None,
    calibration: str,
    expected: tuple[float | None, str],
) -> None:
    assert pixel_size(pixel, imager, calibration) == expected


# Splits


def test_about_eight_in_ten_train_and_nobody_moves() -> None:
    places = [split_of("salt", f"{number:032}") for number in range(5000)]
    shares = {name: places.count(name) / 5000 for name in ("train", "val", "test")}
    assert abs(shares["train"] - 0.8) < 0.02
    assert abs(shares["val"] - 0.1) < 0.015
    assert [split_of("salt", f"{number:032}") for number in range(5000)] == places
    assert [split_of("other", f"{number:032}") for number in range(5000)] != places


@given(st.text(max_size=40), st.text(max_size=40))
def test_everybody_has_a_place(salt: str, patient: str) -> None:
    assert split_of(salt, patient) in ("train", "val", "test")


# Kinds of reasons


def test_reasons_are_counted_by_kind_without_names() -> None:
    reasons = [
        ("duplicate", "the same pixels as DOE_JANE.dcm, another patient"),
        ("quarantined", "multi-frame: 3 frames; a radiograph has one"),
        ("quarantined", "multi-frame: 30 frames; a radiograph has one"),
        ("held", "registry lines 2, 3 contradict each other"),
        ("quarantined", "a link, not a file"),
    ]
    found = tally(reasons)
    assert found["quarantined"] == {"several pictures in one file": 2, OTHER: 1}
    assert "DOE" not in str(found)


def test_every_reason_in_the_source_has_a_kind_of_its_own() -> None:
    assert kind_of("the same pixels with other attributes: 2 files show them") != kind_of(
        "the same pixels as x"
    )
    assert kind_of("anything else") == OTHER
