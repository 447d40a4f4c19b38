"""Identities planted in every transfer syntax, in zips and registries, and those of pydicom: none stays."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydicom
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from generation.models import HeldImage, Radiograph
from generation.services.review import refuse_held, take_held
from tests.generation.imaging.samples import in_every_syntax
from tests.generation.imaging.test_identities import everything_kept

pytestmark = pytest.mark.django_db

NAMED = {
    "PatientName": "ZQNAME^JANE", "PatientAddress": "ZQADDRESS", "InstitutionName": "ZQHOSPITAL",
    "OperatorsName": "ZQOPERATOR", "StudyDescription": "ZQSTUDY", "EthnicGroup": "ZQGROUP",
    "PatientBirthDate": "19370203", "StudyDate": "20190704", "ContentDate": "20190705",
    "StudyInstanceUID": "1.2.826.0.1.3680043.777.1", "DeviceSerialNumber": "ZQSERIAL",
}  # fmt: skip


def kept(settings: Any, *outputs: Any) -> dict[str, bytes]:
    """Everything that the installation holds or has said."""
    said = {f"output {number}": str(output).encode() for number, output in enumerate(outputs)}
    return {**dict(everything_kept(settings)), **said}


def found(planted: set[str], places: dict[str, bytes]) -> list[tuple[str, str]]:
    return [
        (value, place) for value in planted for place, content in places.items() if value.encode() in content
    ]


@pytest.mark.parametrize("bits", [8, 12])
def test_nothing_planted_in_any_transfer_syntax_stays(
    tmp_path: Path,
    settings: Any,
    import_folder: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    bits: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = {value.split("^")[0] for value in NAMED.values()} | {"ZQPATIENT", "ZQACCESSION", "2019-07-04"}
    files = in_every_syntax(
        tmp_path / "in", bits, PatientID="ZQPATIENT", AccessionNumber="ZQACCESSION", PatientAge="040Y",
        BurnedInAnnotation="YES" if bits == 12 else "NO", **NAMED,
    )  # fmt: skip
    for path in files.values():
        if b"ZQNAME" not in path.read_bytes():
            assert path.stem == "deflated"
    with zipfile.ZipFile(tmp_path / "in" / "disc.zip", "w") as archive:
        archive.writestr("again.dcm", files["explicit"].read_bytes())
    cut = files["RLE"].read_bytes()
    (tmp_path / "in" / "cut.dcm").write_bytes(cut[: len(cut) // 2])
    registry = (
        "accession,patient,group,site,date\nZQACCESSION,ZQPATIENT,north,1,2019-07-04\nZQGONE,ZQGONE,,,\n"
    )
    outcome = import_folder(tmp_path / "in", registry=registry)
    if bits == 12:
        engineer = User.objects.create_user("engineer")
        held = list(HeldImage.objects.all())
        assert held
        take_held(held=held[0], blank=[[0, 0, 20, 5]], reason="made black", by=engineer)
        for image in held[1:]:
            refuse_held(held=image, reason="a name", by=engineer)
    assert Radiograph.objects.filter(group="north", age=40, shifted_date__lt="2019-07-04").exists()
    call_command("cohort", "export", "test", out=tmp_path / "exported")
    exported = {str(path): path.read_bytes() for path in (tmp_path / "exported").rglob("*") if path.is_file()}
    assert exported
    places = {**kept(settings, outcome.output, outcome.errors, caplog.text, outcome.report), **exported}
    assert found(planted | {"ZQGONE"}, places) == []


def test_nothing_of_the_shipped_test_files_stays(
    tmp_path: Path, settings: Any, import_folder: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Names, numbers, places and UIDs of every file that pydicom ships and that can be read."""
    caplog.set_level(logging.DEBUG)
    folder = Path(pydicom.__file__).parent / "data" / "test_files"
    planted: set[str] = set()
    wanted = (
        "PatientName",
        "PatientID",
        "InstitutionName",
        "StudyInstanceUID",
        "SOPInstanceUID",
        "AccessionNumber",
    )
    for path in sorted(folder.glob("*.dcm")):
        try:
            dataset = pydicom.dcmread(path, specific_tags=list(wanted))
        except Exception:
            continue
        planted |= {text for word in wanted if len(text := str(dataset.get(word, "")).strip()) > 5}
    assert len(planted) > 60
    outcome = import_folder(folder)
    assert outcome.report["summary"]["taken"] > 30
    assert found(planted, kept(settings, outcome.output, outcome.errors, caplog.text)) == []
