"""Bad input: one line each, an exit status that says so, nothing half-imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from generation.imaging.canonical import pixels_sha256, read_png
from generation.models import Cohort, Radiograph
from tests.generation.imaging.samples import REGISTRY

pytestmark = pytest.mark.django_db

Import = Callable[..., Any]
Textured = Callable[..., np.ndarray]
MakeDicom = Callable[..., Path]


def nothing_is_there(settings: Any) -> bool:
    """Whether neither a row nor an image came out of an import."""
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return not Cohort.objects.exists() and not Radiograph.objects.exists() and not files


def test_a_file_that_cannot_be_decoded(folder: Path, import_folder: Import) -> None:
    (folder / "3.png").write_bytes((folder / "3.png").read_bytes()[:90])
    outcome = import_folder(folder, registry=REGISTRY)
    assert outcome.status == 1
    assert outcome.of("3.png")["status"] == "quarantined"
    assert outcome.output.splitlines()[0].startswith("3.png: quarantined: damaged: cannot be decoded")
    assert Cohort.objects.get().n_taken == 3
    assert Cohort.objects.get().n_refused == 1


def test_a_registry_row_without_image(folder: Path, import_folder: Import) -> None:
    outcome = import_folder(folder, registry=REGISTRY + "gone.png,P7,F,40,22,varus,AP,left,no\n")
    assert outcome.status == 1
    problem = "no image: no file of this import belongs to this row"
    assert outcome.report["registry"] == [{"line": 6, "problem": problem}]
    assert outcome.output.splitlines()[0] == f"registry line 6: {problem}"
    assert Radiograph.objects.count() == 4


def test_an_image_without_registry_row_is_held(folder: Path, import_folder: Import) -> None:
    outcome = import_folder(folder, registry=REGISTRY.replace("3.png,P2,M,51,,valgus,lateral,,\n", ""))
    assert outcome.status == 1
    assert outcome.of("3.png")["status"] == "held"
    assert Radiograph.objects.count() == 3


def test_a_bad_value_holds_the_image_of_its_row(folder: Path, import_folder: Import) -> None:
    outcome = import_folder(folder, registry=REGISTRY.replace("P2,M,51", "P2,M,fifty-one"))
    assert outcome.status == 1
    assert outcome.of("3.png")["status"] == "held"
    assert outcome.report["registry"][0]["line"] == 5
    assert "fifty" not in str(outcome)
    assert Radiograph.objects.count() == 3


def test_a_file_with_burned_in_text_is_held(
    folder: Path, import_folder: Import, make_dicom: MakeDicom, textured: Textured
) -> None:
    make_dicom(folder / "burned.dcm", textured(7), BurnedInAnnotation="YES")
    outcome = import_folder(folder)
    assert outcome.status == 1
    assert outcome.of("burned.dcm")["status"] == "held"
    assert outcome.of("burned.dcm")["decoded_sha256"] == pixels_sha256(textured(7))
    assert Radiograph.objects.count() == 4


def test_duplicates_by_pixels_and_by_sop_instance(
    tmp_path: Path, import_folder: Import, make_dicom: MakeDicom, textured: Textured
) -> None:
    folder = tmp_path / "in"
    make_dicom(folder / "a.dcm", textured(1), PatientID="P", SOPInstanceUID="1.2.3")
    make_dicom(folder / "b.dcm", textured(1), PatientID="P")
    make_dicom(folder / "c.dcm", textured(2), PatientID="P", SOPInstanceUID="1.2.3")
    make_dicom(folder / "d.dcm", 255 - textured(1), PatientID="P", PhotometricInterpretation="MONOCHROME1")
    outcome = import_folder(folder)
    assert outcome.status == 0
    assert [(record["status"], record["reason"]) for record in outcome.report["files"]] == [
        ("taken", ""),
        ("duplicate", "the same pixels as a.dcm"),
        ("duplicate", "the same SOP Instance UID as a.dcm, other pixels"),
        ("duplicate", "the same pixels as a.dcm"),
    ]
    assert len(outcome.output.splitlines()) == 4


def test_the_same_pixels_in_two_groups_are_both_held(folder: Path, import_folder: Import) -> None:
    (folder / "2.png").write_bytes((folder / "0.png").read_bytes())
    outcome = import_folder(folder, registry=REGISTRY)
    assert outcome.status == 1
    assert {outcome.of(name)["status"] for name in ("0.png", "2.png")} == {"held"}
    assert Radiograph.objects.count() == 2


def test_a_registry_that_changed_does_not_overwrite(folder: Path, import_folder: Import) -> None:
    import_folder(folder, registry=REGISTRY)
    outcome = import_folder(folder, registry=REGISTRY.replace("0.png,P1,F,40", "0.png,P1,F,45"))
    assert outcome.status == 1
    assert outcome.of("0.png")["reason"] == "the same pixels with other attributes: the cohort holds them"
    assert not Radiograph.objects.filter(age=45).exists()


@pytest.mark.parametrize(
    ("registry", "line"),
    [
        (REGISTRY.replace("bmi", "weight"), "unknown column 'weight' in the registry"),
        ("", "the registry is empty"),
        (REGISTRY + "gone.png,P3,F,1,,third,AP,,\n", "group 'third' has no images"),
        (REGISTRY.replace("age", "sex"), "column 'sex' is twice"),
    ],
)
def test_a_registry_that_makes_the_cohort_unusable(
    folder: Path, import_folder: Import, settings: Any, registry: str, line: str
) -> None:
    outcome = import_folder(folder, registry=registry)
    assert outcome.status == 2
    assert outcome.output.splitlines()[0].startswith(line)
    assert outcome.output.splitlines()[-1].startswith("Nothing was imported.")
    assert outcome.report["problems"][0].startswith(line)
    assert all(record["status"] != "taken" for record in outcome.report["files"])
    assert nothing_is_there(settings)


def test_an_empty_folder_and_one_without_a_picture(
    tmp_path: Path, import_folder: Import, settings: Any
) -> None:
    (tmp_path / "empty").mkdir()
    outcome = import_folder(tmp_path / "empty")
    assert outcome.status == 2
    assert outcome.report["problems"] == ["the folder holds no files"]

    (tmp_path / "empty" / "notes.txt").write_text("no picture")
    outcome = import_folder(tmp_path / "empty")
    assert outcome.status == 2
    assert outcome.report["problems"] == ["no file can be taken"]
    assert nothing_is_there(settings)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "does not exist"),
        ([".", "--name", "Jane Doe"], "no cohort can have this name"),
        ([".", "--report", "nowhere/report.json"], "does not exist"),
    ],
)
def test_arguments_that_cannot_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(CommandError, match=message) as error:
        call_command("import_cohort", *arguments)
    assert error.value.returncode == 2
    assert nothing_is_there(settings)


def test_a_storage_that_fails_half_way_leaves_nothing_behind(
    folder: Path, import_folder: Import, settings: Any
) -> None:
    """A file lies where the folder of the last image should be."""
    last = max(pixels_sha256(read_png(path)) for path in folder.glob("*.png"))
    obstacle = Path(settings.MEDIA_ROOT) / "radiographs" / "test" / last[:2]
    obstacle.parent.mkdir(parents=True)
    obstacle.touch()
    with pytest.raises(CommandError, match="nothing was imported") as error:
        call_command("import_cohort", str(folder), "--name", "test")
    assert error.value.returncode == 2
    obstacle.unlink()
    assert nothing_is_there(settings)

    assert import_folder(folder, registry=REGISTRY).report["summary"]["taken"] == 4


def test_what_a_killed_import_left_is_replaced(folder: Path, import_folder: Import, settings: Any) -> None:
    sha256 = pixels_sha256(read_png(folder / "0.png"))
    left = Path(settings.MEDIA_ROOT) / "radiographs" / "test" / sha256[:2] / f"{sha256}.png"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a")
    import_folder(folder, registry=REGISTRY)
    assert pixels_sha256(read_png(left)) == sha256
    assert Radiograph.objects.get(pixel_sha256=sha256).image.path == str(left)


@pytest.mark.parametrize(
    "wrong",
    [{"age": 131}, {"bmi": 4}, {"sex": "X"}, {"laterality": "up"}, {"rows": 0}, {"pixel_sha256": None}],
)
def test_the_database_refuses_what_no_import_writes(
    folder: Path, import_folder: Import, wrong: dict[str, Any]
) -> None:
    import_folder(folder, registry=REGISTRY)
    first, second = Radiograph.objects.all()[:2]
    if "pixel_sha256" in wrong:
        wrong = {"pixel_sha256": first.pixel_sha256}
    with pytest.raises(IntegrityError):
        Radiograph.objects.filter(pk=second.pk).update(**wrong)
