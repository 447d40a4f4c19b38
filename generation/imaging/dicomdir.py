"""The files that a DICOMDIR names (PS3.3 annex F). Only its references are read, not the patients beside."""

from __future__ import annotations

from pathlib import Path

from pydicom import dcmread

from generation.imaging.dicom_header import quiet
from generation.imaging.sources import Source, SourceUnusable

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
PICTURE_RECORDS = ("IMAGE", "PRIVATE")


def referenced(path: Path) -> list[tuple[str, ...]]:
    """Return the components of each picture's file ID, in order.

    Raises whatever pydicom raises on a damaged file: call it in a guarded process.
    """
    with quiet():
        dataset = dcmread(path, specific_tags=["DirectoryRecordSequence"])
        if str(dataset.file_meta.get("MediaStorageSOPClassUID", "")) != MEDIA_STORAGE_DIRECTORY:
            raise ValueError("not a DICOMDIR")
        found = []
        for record in dataset.get("DirectoryRecordSequence") or []:
            file_id = record.get("ReferencedFileID")
            if file_id and record.get("DirectoryRecordType") in PICTURE_RECORDS:
                found.append((file_id,) if isinstance(file_id, str) else tuple(map(str, file_id)))
    return found


def of_dicomdir(path: Path, references: list[tuple[str, ...]]) -> list[Source]:
    """Return one source for each reference, by name; those that lead out or to nothing come with a problem.

    Discs are read on systems that show their names in small letters, so that each component is found in any
    case. The names of missing files are in the report alone, as those of found ones.
    """
    if not references:
        raise SourceUnusable("the DICOMDIR names no pictures")
    sources = {}
    for parts in references:
        name = "/".join(parts)
        if any(part in ("", ".", "..") or "/" in part or "\\" in part for part in parts):
            sources[name] = Source(name, path, problem="the DICOMDIR's reference leads out of its folder")
            continue
        found: Path | None = path.parent
        for part in parts:
            found = in_any_case(found, part) if found else None
        if found is None or not found.resolve().is_relative_to(path.parent.resolve()):
            sources[name] = Source(name, path, problem="named by the DICOMDIR, but not there")
        else:
            sources[name] = Source(name, found)
    return [sources[name] for name in sorted(sources)]


def in_any_case(folder: Path, name: str) -> Path | None:
    """Return the entry of ``folder`` called ``name`` in any case, None if there is none."""
    exact = folder / name
    if exact.exists() or not folder.is_dir():
        return exact if exact.exists() else None
    wanted = name.casefold()
    return next((entry for entry in sorted(folder.iterdir()) if entry.name.casefold() == wanted), None)
