"""A held image becomes a radiograph, or goes, by a person's decision that stays on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from generation.imaging.canonical import pixels_sha256, read_png
from generation.models import Cohort, HeldImage, HoldDecision, Radiograph
from generation.services.images import held_file
from generation.services.review import refuse_held, take_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer() -> User:
    return User.objects.create_user("engineer")


@pytest.fixture
def pixels(textured: Callable[..., np.ndarray]) -> np.ndarray:
    return textured(1, (40, 40))


@pytest.fixture
def incoming(tmp_path: Path, make_dicom: Callable[..., Path], pixels: np.ndarray) -> Path:
    make_dicom(tmp_path / "in" / "a.dcm", pixels, BurnedInAnnotation="YES", PatientID="P1", PatientAge="040Y")
    return tmp_path / "in"


REGISTRY = "patient,group,date\nP1,north,2020-02-01\n"


@pytest.fixture
def held(incoming: Path, import_folder: Callable[..., Any]) -> HeldImage:
    outcome = import_folder(incoming, registry=REGISTRY)
    assert outcome.of("a.dcm")["status"] == "held"
    return HeldImage.objects.get()


def test_held_pixels_lie_apart_from_the_cohort(held: HeldImage, settings: Any, pixels: np.ndarray) -> None:
    assert np.array_equal(read_png(held_file(held)), pixels)
    assert held_file(held).stat().st_mode & 0o077 == 0
    assert not Path(settings.MEDIA_ROOT).exists()
    assert not Radiograph.objects.exists()
    assert list((Path(settings.DATA_ROOT) / "imports" / "test" / "staged").iterdir()) == []


def test_a_taken_image_is_blanked_and_keeps_its_attributes(
    held: HeldImage, engineer: User, pixels: np.ndarray
) -> None:
    take_held(held=held, blank=[[0, 0, 40, 10], [30, 30, 40, 40]], reason="name made black", by=engineer)
    row = Radiograph.objects.get()
    expected = pixels.copy()
    expected[0:10] = 0
    expected[30:40, 30:40] = 0
    assert np.array_equal(read_png(Path(row.image.path)), expected)
    assert row.pixel_sha256 == pixels_sha256(expected)
    assert (row.group, row.age, row.cohort.n_taken) == ("north", 40, 1)
    assert row.shifted_date is not None
    assert row.split
    decision = HoldDecision.objects.get()
    assert (decision.kind, decision.by, decision.blanked) == (
        "take",
        engineer,
        [[0, 0, 40, 10], [30, 30, 40, 40]],
    )
    assert decision.result_sha256 == row.pixel_sha256
    assert list(held_file(held).parent.iterdir()) == []


def test_a_refused_image_is_deleted(held: HeldImage, engineer: User) -> None:
    refuse_held(held=held, reason="a name over the hip", by=engineer)
    assert not held_file(held).exists()
    assert not Radiograph.objects.exists()


@pytest.mark.parametrize("decision", ["take", "refuse"])
def test_the_same_file_does_not_come_back(
    held: HeldImage, engineer: User, incoming: Path, import_folder: Callable[..., Any], decision: str
) -> None:
    waiting = import_folder(incoming, registry=REGISTRY)
    assert (waiting.of("a.dcm")["status"], HeldImage.objects.count()) == ("held", 1)
    if decision == "take":
        take_held(held=held, blank=[], reason="a lead marker", by=engineer)
    else:
        refuse_held(held=held, reason="no", by=engineer)
    again = import_folder(incoming, registry=REGISTRY if decision == "take" else None)
    status = {"take": "duplicate", "refuse": "quarantined"}[decision]
    assert (again.of("a.dcm")["status"], HeldImage.objects.count()) == (status, 1)
    assert Radiograph.objects.count() == (1 if decision == "take" else 0)


def test_nobody_decides_twice(held: HeldImage, engineer: User) -> None:
    refuse_held(held=held, reason="no", by=engineer)
    for act in (
        lambda: refuse_held(held=held, reason="no", by=engineer),
        lambda: take_held(held=held, blank=[], reason="yes", by=engineer),
    ):
        with pytest.raises(ValidationError, match="already"):
            act()


@pytest.mark.parametrize(
    "region", [[0, 0, 41, 10], [-1, 0, 5, 5], [5, 5, 5, 9], [9, 0, 5, 5], [0, 0, 1], ["a", 0, 1, 1]]
)
def test_a_region_outside_the_image_is_refused(held: HeldImage, engineer: User, region: list[Any]) -> None:
    with pytest.raises(ValidationError):
        take_held(held=held, blank=[region], reason="x", by=engineer)
    assert held_file(held).exists()
    assert not HoldDecision.objects.exists()
    assert not Radiograph.objects.exists()


@pytest.mark.parametrize("act", [refuse_held, lambda **said: take_held(blank=[], **said)])
def test_a_decision_needs_a_reason(held: HeldImage, engineer: User, act: Callable[..., Any]) -> None:
    with pytest.raises(ValidationError, match="reason"):
        act(held=held, reason="  ", by=engineer)
    assert held_file(held).exists()
    assert not Radiograph.objects.exists()


def test_the_database_keeps_decisions_as_they_are(held: HeldImage, engineer: User) -> None:
    refuse_held(held=held, reason="no", by=engineer)
    for act in (
        lambda: HoldDecision.objects.update(reason="yes"),
        lambda: HoldDecision.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_pixels_that_the_cohort_holds_are_not_taken_again(
    held: HeldImage, engineer: User, tmp_path: Path, make_dicom: Callable[..., Path], pixels: np.ndarray,
    import_folder: Callable[..., Any],
) -> None:  # fmt: skip
    make_dicom(tmp_path / "more" / "b.dcm", pixels, BurnedInAnnotation="NO", PatientID="P2")
    import_folder(tmp_path / "more")
    with pytest.raises(ValidationError, match="holds these pixels"):
        take_held(held=held, blank=[], reason="x", by=engineer)
    assert Cohort.objects.get().radiographs.count() == 1


def test_strict_holds_whatever_no_header_calls_free_of_text(
    tmp_path: Path, make_dicom: Callable[..., Path], textured: Callable[..., np.ndarray]
) -> None:
    from generation.services.cohorts import Wanted, import_cohort

    make_dicom(tmp_path / "in" / "silent.dcm", textured(1))
    make_dicom(tmp_path / "in" / "stated.dcm", textured(2), BurnedInAnnotation="NO")
    report = import_cohort(wanted=Wanted("strict", tmp_path / "in", strict=True), workers=1)
    assert {record.file: record.status for record in report.records} == {
        "silent.dcm": "held", "stated.dcm": "taken",
    }  # fmt: skip
