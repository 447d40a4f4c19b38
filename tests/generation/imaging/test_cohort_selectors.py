"""What a cohort hands out to counting and training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generation.imaging.canonical import pixels_sha256, read_png
from generation.models import Cohort
from generation.selectors import cohorts as selectors
from generation.services.cohorts import Wanted, import_cohort
from tests.generation.imaging.samples import REGISTRY

pytestmark = pytest.mark.django_db

Import = Callable[..., Any]
Textured = Callable[..., np.ndarray]
MakeDicom = Callable[..., Path]


def test_counts_by_group_and_projection(folder: Path, import_folder: Import) -> None:
    import_folder(folder, registry=REGISTRY)
    assert selectors.counts(Cohort.objects.get(), "group", "projection") == [
        {"group": "valgus", "projection": "AP", "n_radiographs": 1, "n_patients": 1},
        {"group": "valgus", "projection": "lateral", "n_radiographs": 1, "n_patients": 1},
        {"group": "varus", "projection": "AP", "n_radiographs": 2, "n_patients": 1},
    ]


def test_training_arrays_are_ordered_shrunk_and_labelled(folder: Path, import_folder: Import) -> None:
    import_folder(folder, registry=REGISTRY)
    cohort = Cohort.objects.get()
    images, rows = selectors.training_arrays(cohort, size=16)
    originals = sorted((read_png(path) for path in folder.glob("*.png")), key=pixels_sha256)
    means = np.array(originals).reshape(4, 16, 2, 16, 2).mean(axis=(2, 4))
    assert np.array_equal(images, np.floor(means + 0.5))
    by_file = {pixels_sha256(read_png(folder / f"{n}.png")): n for n in range(4)}
    ages = {0: 40, 1: 41, 2: 50, 3: 51}
    assert [row["age"] for row in rows] == [ages[by_file[pixels_sha256(image)]] for image in originals]


def test_training_never_enlarges(folder: Path, import_folder: Import) -> None:
    import_folder(folder)
    with pytest.raises(ValueError, match="its smallest image has 32"):
        selectors.training_arrays(Cohort.objects.get(), size=64)
    with pytest.raises(ValueError, match="holds no radiographs"):
        selectors.training_arrays(Cohort(name="empty", pk=999), size=64)


def test_the_service_refuses_a_name_that_could_leave_the_storage(folder: Path) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        import_cohort(wanted=Wanted(name="../elsewhere", place=folder))
