"""Zips and DICOMDIRs: what is inside is read, and nothing leads out or blows up."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.data import get_testdata_file
from pydicom.fileset import FileSet
from pydicom.uid import generate_uid

from generation.imaging import sources
from generation.imaging.batch import list_sources
from generation.imaging.reader import read_file
from generation.imaging.sources import Source, SourceUnusable, of_folder, of_zip
from generation.models import Radiograph
from tests.generation.imaging.samples import dataset_of

MakeDicom = Callable[..., Path]
Textured = Callable[..., np.ndarray]


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def dicom_bytes(folder: Path, make_dicom: MakeDicom, pixels: np.ndarray, **elements: Any) -> bytes:
    return make_dicom(folder / "made", pixels, **elements).read_bytes()


@pytest.mark.django_db
def test_a_zip_and_a_folder_of_the_same_files_give_the_same_cohort(
    tmp_path: Path, make_dicom: MakeDicom, textured: Textured, import_folder: Callable[..., Any]
) -> None:
    pictures = {f"deep/{seed}.dcm": dicom_bytes(tmp_path, make_dicom, textured(seed)) for seed in range(3)}
    for name, data in pictures.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    archive = zipped(tmp_path / "all.zip", **pictures, **{".hidden": b"x", "deep/.x/y.dcm": b"x"})
    from_zip = import_folder(archive, name="zip")
    from_folder = import_folder(tmp_path / "folder", name="folder")
    assert from_zip.report["files"] == from_folder.report["files"]
    assert len(from_zip.report["files"]) == 3
    hashes = [
        set(Radiograph.objects.filter(cohort__name=name).values_list("pixel_sha256", flat=True))
        for name in ("zip", "folder")
    ]
    assert hashes[0] == hashes[1]


def test_a_zip_in_a_folder_is_read_in_its_place(
    tmp_path: Path, make_dicom: MakeDicom, textured: Textured
) -> None:
    folder = tmp_path / "folder"
    make_dicom(folder / "a.dcm", textured(1))
    zipped(folder / "disc.zip", **{"b.dcm": (folder / "a.dcm").read_bytes()})
    (folder / "broken.zip").write_bytes((folder / "disc.zip").read_bytes()[:-30])
    found = of_folder(folder)
    assert [source.name for source in found] == ["a.dcm", "broken.zip", "disc.zip/b.dcm"]
    assert found[0].read() == found[2].read()
    assert read_file(found[1], tmp_path).status == "quarantined"


def test_members_that_lead_out_or_are_links_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    link = zipfile.ZipInfo("link.dcm")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../out.dcm", "/root.dcm", "a/../../b.dcm", "..\\c.dcm", "C:/d.dcm"):
            archive.writestr(zipfile.ZipInfo(name), b"x")
        archive.writestr(link, b"/etc/passwd")
    found = of_zip(path)
    assert len(found) == 6
    assert all(source.problem for source in found)
    assert {read_file(source, tmp_path).status for source in found} == {"quarantined"}
    assert list(tmp_path.iterdir()) == [path]


def test_an_encrypted_member_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", **{"a.dcm": b"x" * 100})
    data = bytearray(path.read_bytes())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.index(start) + (6 if start == b"PK\x03\x04" else 8)
        data[at] |= 1
    path.write_bytes(data)
    assert "encrypted" in of_zip(path)[0].problem


def test_a_zip_bomb_is_not_inflated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "RATIO_FREE_BYTES", 1_000_000)
    path = zipped(tmp_path / "bomb.zip", zeros=bytes(4_000_000), fine=bytes(900_000))
    problems = {source.name: source.problem for source in of_zip(path)}
    assert "zip bomb" in problems["zeros"]
    assert not problems["fine"]


def test_a_member_that_lies_about_its_size_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The header says 10 bytes and the stream holds more: reading stops, and the checksum is wrong."""
    path = zipped(tmp_path / "liar.zip", a=bytes(500_000))
    data = path.read_bytes().replace((500_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(data)
    (source,) = of_zip(path)
    assert "checksum" in read_file(source, tmp_path).reason


def test_a_file_larger_than_any_radiograph_is_not_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 2 * 1024**2)
    (tmp_path / "huge").write_bytes(bytes(3 * 1024**2))
    assert "larger than any radiograph" in read_file(Source.of(tmp_path / "huge"), tmp_path).reason


def test_a_zip_of_too_many_files_is_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_MEMBERS", 3)
    with pytest.raises(SourceUnusable, match="at most 3"):
        of_zip(zipped(tmp_path / "many.zip", **{str(number): b"x" for number in range(4)}))


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.dcm").write_bytes(b"x")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.dcm").symlink_to(tmp_path / "secret.dcm")
    (source,) = of_folder(folder)
    assert "leads out" in read_file(source, tmp_path).reason


# DICOMDIR


@pytest.fixture
def disc(tmp_path: Path, textured: Textured) -> Path:
    """A disc of two pictures, written by pydicom."""
    made = FileSet()
    for seed in (1, 2):
        made.add(
            dataset_of(
                textured(seed), PatientID=f"P{seed}", PatientName="DOE^JANE",
                StudyDate="20200101", StudyTime="1200",
                StudyID="1", SeriesNumber=1, InstanceNumber=seed, Modality="CR",
                StudyInstanceUID=generate_uid(), SeriesInstanceUID=generate_uid(),
            )
        )  # fmt: skip
    made.write(tmp_path / "disc")
    made._stage["t"].cleanup()  # pydicom leaves it to the garbage collector, which warns
    return tmp_path / "disc" / "DICOMDIR"


@pytest.mark.django_db
def test_a_dicomdir_gives_the_pictures_that_it_names(disc: Path, import_folder: Callable[..., Any]) -> None:
    (disc.parent / "UNNAMED").write_bytes(b"not on the list")
    outcome = import_folder(disc)
    assert [record["status"] for record in outcome.report["files"]] == ["taken", "taken"]
    assert "DOE" not in str(outcome)


def test_a_dicomdir_in_another_case_and_with_missing_files(disc: Path, tmp_path: Path) -> None:
    pictures = sorted(path for path in disc.parent.rglob("*") if path.is_file() and path != disc)
    pictures[0].rename(pictures[0].with_name(pictures[0].name.lower()))
    pictures[1].unlink()
    found, missing = list_sources(disc)
    assert found.read()
    assert missing.problem == "named by the DICOMDIR, but not there"


def test_a_dicomdir_that_leads_out_is_not_followed(disc: Path, tmp_path: Path) -> None:
    data = disc.read_bytes()
    pictures = sorted(path for path in disc.parent.rglob("*") if path.is_file() and path != disc)
    inside = "\\".join(pictures[0].relative_to(disc.parent).parts)
    assert inside.encode() in data
    disc.write_bytes(data.replace(inside.encode(), ("..\\" * 40)[: len(inside)].encode()))
    assert any("leads out" in source.problem for source in list_sources(disc))


def test_what_is_no_source_is_refused(tmp_path: Path) -> None:
    picture = tmp_path / "a.dcm"
    picture.write_bytes(b"x")
    with pytest.raises(SourceUnusable, match="not a folder"):
        list_sources(picture)
    (tmp_path / "DICOMDIR").write_bytes(Path(get_testdata_file("CT_small.dcm", download=False)).read_bytes())
    with pytest.raises(SourceUnusable, match="damaged, or none"):
        list_sources(tmp_path / "DICOMDIR")
