"""Imports that go well: what is taken, and how it is told."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from PIL import Image

from generation.imaging.canonical import pixels_sha256, read_png
from generation.models import Cohort, Radiograph
from tests.generation.imaging.samples import REGISTRY

pytestmark = pytest.mark.django_db

Import = Callable[..., Any]
Textured = Callable[..., np.ndarray]
MakeDicom = Callable[..., Path]


def test_a_clean_folder_is_taken_whole(folder: Path, import_folder: Import, settings: Any) -> None:
    outcome = import_folder(folder, registry=REGISTRY)

    assert outcome.status == 0
    assert outcome.report["summary"]["taken"] == 4
    assert outcome.output == "Imported. Cohort test: 4 taken, 0 duplicate, 0 held, 0 quarantined.\n"
    cohort = Cohort.objects.get(name="test")
    assert (cohort.n_taken, cohort.n_refused) == (4, 0)
    pixels = read_png(folder / "2.png")
    row = cohort.radiographs.get(pixel_sha256=pixels_sha256(pixels))
    assert (row.sex, row.age, row.bmi, row.group, row.projection, row.laterality, row.implant) == (
        "M", 50, 25, "valgus", "AP", "left", True,
    )  # fmt: skip
    assert row.image.name == f"radiographs/test/{row.pixel_sha256[:2]}/{row.pixel_sha256}.png"
    assert np.array_equal(read_png(Path(row.image.path)), pixels)
    assert cohort.radiographs.values("patient").distinct().count() == 2
    assert outcome.of("2.png") == {
        "file": "2.png", "status": "taken", "reason": "", "transfer_syntax": "PNG",
        "photometric": "MONOCHROME2", "rows": 32, "columns": 32, "bits": 8,
        "exposed": [0, 0, 32, 32],
        "decoded_sha256": row.pixel_sha256,
    }  # fmt: skip


def test_a_second_run_finds_nothing_new_and_changes_nothing(folder: Path, import_folder: Import) -> None:
    import_folder(folder, registry=REGISTRY)
    before = list(Radiograph.objects.order_by("pk").values())

    outcome = import_folder(folder, registry=REGISTRY)

    assert outcome.status == 0
    assert outcome.output == "Nothing new. Cohort test: 0 taken, 4 duplicate, 0 held, 0 quarantined.\n"
    assert list(Radiograph.objects.order_by("pk").values()) == before


def test_new_files_join_an_existing_cohort(folder: Path, import_folder: Import, textured: Textured) -> None:
    import_folder(folder, registry=REGISTRY)
    Image.fromarray(textured(9, (32, 32))).save(folder / "9.png")
    outcome = import_folder(folder, registry=REGISTRY + "9.png,P3,F,60,,varus,AP,,\n")
    assert outcome.report["summary"]["taken"] == 1
    assert Cohort.objects.get(name="test").n_taken == 5


def test_the_ten_real_radiographs(import_folder: Import, jordan: list[Path]) -> None:
    """Two of the ten published files show the same picture under two patient IDs."""
    outcome = import_folder(jordan[0].parent)
    assert outcome.report["summary"]["taken"] == 9
    assert outcome.of("331_DDH_12.dcm")["status"] == "duplicate"
    assert outcome.of("331_DDH_12.dcm")["reason"] == "the same pixels as 331_DDH_1.dcm, another patient"
    assert outcome.of("LICENSE-AND-SOURCE.txt")["reason"] == "not a DICOM, PNG, JPEG or TIFF file"
    assert outcome.status == 1
    assert set(Radiograph.objects.values_list("rows", "columns", "source_rows", "source_columns")) == {
        (331,) * 4
    }


def test_the_header_fills_in_what_the_registry_leaves_out(
    tmp_path: Path, import_folder: Import, make_dicom: MakeDicom, textured: Textured
) -> None:
    for seed in range(2):
        make_dicom(
            tmp_path / "in" / f"{seed}.dcm",
            textured(seed),
            PatientID=f"P{seed}",
            PatientSex="M",
            PatientAge="061Y",
        )
    import_folder(tmp_path / "in", registry="patient,sex,age,group\nP0,F,,a\nP1,,33.5,b\n")
    said = Radiograph.objects.order_by("group").values_list("group", "sex", "age")
    assert list(said) == [("a", "F", 61), ("b", "M", 33.5)]


def test_one_person_has_one_pseudonym_that_another_installation_does_not_share(
    folder: Path, import_folder: Import, settings: Any, tmp_path: Path
) -> None:
    import_folder(folder, name="one", registry=REGISTRY)
    import_folder(folder, name="two", registry=REGISTRY)
    settings.DATA_ROOT = tmp_path / "elsewhere"
    import_folder(folder, name="three", registry=REGISTRY)
    pseudonyms = {
        name: set(Radiograph.objects.filter(cohort__name=name).values_list("patient", flat=True))
        for name in ("one", "two", "three")
    }
    assert pseudonyms["one"] == pseudonyms["two"]
    assert pseudonyms["one"].isdisjoint(pseudonyms["three"])
    assert all(len(pseudonym) == 32 for pseudonym in pseudonyms["one"])
    key = tmp_path / "data_root" / "pseudonym_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_images_of_nobody_known_are_patients_of_their_own(folder: Path, import_folder: Import) -> None:
    import_folder(folder)
    assert Radiograph.objects.values("patient").distinct().count() == 4


def test_the_report_is_its_owners_alone_and_is_no_image_on_the_next_run(folder: Path) -> None:
    for _ in range(2):
        call_command("import_cohort", str(folder), "--report", str(folder / "report.json"))
    assert stat.S_IMODE((folder / "report.json").stat().st_mode) == 0o600
    assert Cohort.objects.get().name == "images"
