from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from PIL import Image

from generation.imaging.canonical import pixels_sha256, read_png
from generation.models import Cohort, Radiograph
from generation.selectors import cohorts as selectors
from generation.services.cohorts import Wanted, import_cohort

pytestmark = pytest.mark.django_db

Import = Callable[..., Any]
Textured = Callable[..., np.ndarray]
MakeDicom = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, textured: Textured) -> Path:
    """Four PNG files of two patients in two groups; ``REGISTRY`` describes them."""
    folder = tmp_path / "images"
    folder.mkdir()
    for seed in range(4):
        Image.fromarray(textured(seed, (32, 32))).save(folder / f"{seed}.png")
    return folder


REGISTRY = """file,patient,sex,age,bmi,group,projection,laterality,implant
0.png,P1,F,40,22,varus,AP,left,no
1.png,P1,F,41,22,varus,AP,right,no
2.png,P2,M,50,25,valgus,AP,left,yes
3.png,P2,M,51,,valgus,lateral,,
"""


def nothing_is_there(settings: Any) -> bool:
    """Whether neither a row nor an image came out of an import."""
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return not Cohort.objects.exists() and not Radiograph.objects.exists() and not files


# What is taken


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


# Bad input: one line each, an exit status that says so, nothing half-imported


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


# What a cohort hands out


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
