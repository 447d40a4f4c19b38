"""Import radiographs into a cohort: all of what can be taken, or nothing."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from generation.models import Cohort, Radiograph
from generation.selectors.cohorts import stored_attributes

if TYPE_CHECKING:
    from generation.imaging.reader import Reading
    from generation.imaging.report import ImportReport
    from generation.imaging.sorting import Attributes
    from generation.imaging.sources import Source


def import_cohort(
    *,
    name: str,
    place: Path,
    registry: Path | None = None,
    mapping: Path | None = None,
    title: str = "",
    source: str = "",
    ignore: Collection[Path] = (),
    workers: int | None = None,
    progress: bool = False,
) -> ImportReport:
    """Read the files of ``place`` (folder, zip, DICOMDIR), de-identify by whitelist, store them in a cohort.

    Runs again without harm: what the cohort holds already is a duplicate. Rows and images appear together at
    the end or not at all. Raises ValidationError for a name that is not a cohort name; everything else that
    can be wrong with files or registry is in the report that is returned.
    """
    from generation.imaging.batch import list_sources
    from generation.imaging.mapping import read_mapping
    from generation.imaging.registry import read_registry
    from generation.imaging.report import ImportReport
    from generation.imaging.sorting import sort_out
    from generation.imaging.sources import SourceUnusable
    from generation.imaging.tables import RegistryUnusable

    cohort = Cohort.objects.filter(name=name).first() or Cohort(name=name)
    cohort.title, cohort.source = title or cohort.title, source or cohort.source
    cohort.full_clean()
    try:
        rows = read_registry(registry, read_mapping(mapping) if mapping else None) if registry else None
    except RegistryUnusable as error:
        return ImportReport(name, unusable=[str(error)])
    try:
        sources = list_sources(place, {*ignore, *(path for path in (registry, mapping) if path)})
    except SourceUnusable as error:
        return ImportReport(name, unusable=[str(error)])
    if not sources:
        return ImportReport(name, unusable=[f"the {'folder' if place.is_dir() else 'zip'} holds no files"])
    with tempfile.TemporaryDirectory(prefix="counterpart-import-") as staging:
        readings = read_all(sources, Path(staging), workers=workers, progress=progress)
        with transaction.atomic():
            result = sort_out(readings, rows, key=pseudonym_key(), stored=stored_attributes(cohort))
            report = ImportReport.of(name, result)
            if not report.unusable:
                store(cohort, readings, result.taken, report, Path(staging))
    return report


def read_all(
    sources: list[Source], staging: Path, *, workers: int | None, progress: bool
) -> dict[str, Reading]:
    """Return file name → reading, in processes of their own, with a progress bar if asked for."""
    from tqdm import tqdm

    from generation.imaging.batch import read_files

    results = read_files(sources, staging, workers=workers)
    bar = tqdm(results, total=len(sources), unit="file", desc="reading", disable=not progress)
    return {source.name: reading for source, reading in bar}


def store(
    cohort: Cohort,
    readings: dict[str, Reading],
    taken: dict[str, Attributes],
    report: ImportReport,
    staging: Path,
) -> None:
    """Write rows, then images, inside the caller's transaction; if anything fails, no image stays."""
    placed: list[str] = []
    try:
        cohort.save()
        radiographs = [radiograph(cohort, readings[name], taken[name]) for name in taken]
        Radiograph.objects.bulk_create(radiographs, batch_size=500)
        for row in radiographs:
            image = image_name(cohort, row.pixel_sha256)
            placed.append(image)
            place(staging / f"{row.pixel_sha256}.png", image)
        cohort.n_taken = cohort.radiographs.count()
        cohort.n_refused = report.counts["held"] + report.counts["quarantined"]
        cohort.save()
    except BaseException:
        for image in placed:
            default_storage.delete(image)
        raise


def radiograph(cohort: Cohort, reading: Reading, attributes: Attributes) -> Radiograph:
    """Return the unsaved row of one image, its fields checked."""
    row = Radiograph(
        cohort=cohort,
        pixel_sha256=reading.pixel_sha256,
        image=image_name(cohort, reading.pixel_sha256),
        rows=reading.side,
        columns=reading.side,
        source_rows=reading.source_rows,
        source_columns=reading.source_columns,
        **asdict(attributes),
    )
    row.clean_fields(exclude={"cohort"})
    return row


def image_name(cohort: Cohort, pixel_sha256: str) -> str:
    """Return where an image lies in the media storage: its name says nothing but its pixels' hash."""
    return f"radiographs/{cohort.name}/{pixel_sha256[:2]}/{pixel_sha256}.png"


def place(staged: Path, name: str) -> None:
    """Put a staged image into the storage; what a killed import left under this name is replaced."""
    if default_storage.exists(name):
        default_storage.delete(name)
    with staged.open("rb") as stream:
        default_storage.save(name, File(stream))


def pseudonym_key() -> bytes:
    """Return the key of all pseudonyms, kept in DATA_ROOT/pseudonym_key; the first import makes it.

    Keep it where the hospital keeps its secrets: with it and a list of patient numbers the pseudonyms can be
    linked again; without it a new import gives the same person another pseudonym.
    """
    path = Path(settings.DATA_ROOT) / "pseudonym_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32))
    return pseudonym_key()
