from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from generation.models import Cohort, Radiograph
from generation.simulation.dicom_file import PLANTED
from generation.simulation.record import TRUTH_COLUMNS

PLAN = """
name: small
seed: 8
size: 64
people: {A: 2, B: 2}
attributes: {osteoarthritis: {A: 0.5, B: 2.5}}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return path


def simulate(plan: Path, out: Path, **options: Any) -> Path:
    call_command("simulate_cohort", str(plan), out=out, **{"workers": 1, **options})
    return out


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_folder_is_the_same_every_time_and_on_any_number_of_cores(plan: Path, tmp_path: Path) -> None:
    one = simulate(plan, tmp_path / "one", workers=1, counterparts=True)
    two = simulate(plan, tmp_path / "two", workers=2, counterparts=True)
    assert digests(one) == digests(two)
    assert len(list((one / "truth" / "counterparts").iterdir())) == 4


def test_an_interrupted_run_goes_on_where_it_stopped(plan: Path, tmp_path: Path) -> None:
    out = simulate(plan, tmp_path / "out")
    whole = digests(out)
    (out / "registry.csv").unlink()
    (out / "truth" / "parts" / "0000002.json").unlink()
    kept = out / "truth" / "parts" / "0000001.json"
    before = kept.stat().st_mtime_ns
    simulate(plan, out)
    assert digests(out) == whole
    assert kept.stat().st_mtime_ns == before


def test_a_folder_belongs_to_one_plan(plan: Path, tmp_path: Path) -> None:
    out = simulate(plan, tmp_path / "out")
    plan.write_text(PLAN.replace("seed: 8", "seed: 9"))
    with pytest.raises(CommandError, match="holds another plan"):
        simulate(plan, out)


def test_the_truth_stands_beside_the_images(plan: Path, tmp_path: Path) -> None:
    out = simulate(plan, tmp_path / "out")
    truth = table(out / "truth" / "truth.csv")
    assert tuple(truth[0]) == TRUTH_COLUMNS
    assert [row["group"] for row in truth] == ["A", "A", "B", "B"]
    for row in truth:
        assert float(row["mesh_neck_shaft_angle"]) == pytest.approx(
            float(row["planted_neck_shaft_angle"]), abs=6
        )
        assert float(row["mesh_cortical_thickness"]) == pytest.approx(
            float(row["planted_cortical_thickness"]), rel=0.12
        )


def test_a_dicom_file_and_a_png_file_show_the_same_film(plan: Path, tmp_path: Path) -> None:
    dicom, png = simulate(plan, tmp_path / "dcm"), simulate(plan, tmp_path / "png", format="png")
    for path in sorted((dicom / "images").iterdir()):
        dataset = pydicom.dcmread(path)
        grey = np.asarray(Image.open(png / "images" / f"{path.stem}.png"))
        assert np.abs(dataset.pixel_array / 4095 * 255 - grey).max() <= 0.6
        assert dataset.PatientID == path.stem


def test_every_planted_identity_is_listed_and_tells_no_group(plan: Path, tmp_path: Path) -> None:
    out = simulate(plan, tmp_path / "out")
    listed = table(out / "truth" / "identities.csv")
    assert len(listed) == 4 * len(PLANTED)
    for row in listed:
        dataset = pydicom.dcmread(out / "images" / f"{row['patient']}.dcm")
        assert str(dataset[row["element"]].value) == row["value"]
        assert "CANARY" in row["value"]
    names = " ".join(path.name for path in (out / "images").iterdir())
    assert "_A" not in names
    assert "_B" not in names


@pytest.mark.django_db(transaction=True)
def test_the_import_takes_it_and_leaves_every_planted_identity_behind(
    plan: Path, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    out = simulate(plan, tmp_path / "out")
    report = tmp_path / "report.json"
    call_command(
        "import_cohort",
        str(out / "images"),
        registry=out / "registry.csv",
        name="small",
        report=report,
        workers=1,
    )
    cohort = Cohort.objects.get(name="small")
    assert (cohort.n_taken, cohort.n_refused) == (4, 0)
    stored = {(r.group, r.sex, r.age, r.bmi, r.projection) for r in Radiograph.objects.filter(cohort=cohort)}
    registry = table(out / "registry.csv")
    assert stored == {(r["group"], r["sex"], float(r["age"]), float(r["bmi"]), "AP") for r in registry}

    database = repr([list(model.objects.values()) for model in (Cohort, Radiograph)]).encode()
    files = b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    kept = database + files + report.read_bytes() + "".join(capsys.readouterr()).encode()
    for row in table(out / "truth" / "identities.csv"):
        assert row["value"].encode() not in kept
    assert b"CANARY" not in kept
    shutil.rmtree(out)


def test_a_plan_that_cannot_be_used_stops_before_anything_is_written(plan: Path, tmp_path: Path) -> None:
    plan.write_text("people: {A: 1}")
    with pytest.raises(CommandError, match="groups A and B"):
        simulate(plan, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(CommandError, match="cannot be opened"):
        simulate(tmp_path / "none.yaml", tmp_path / "out")
