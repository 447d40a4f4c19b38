"""Import radiographs into a cohort: all of what can be taken, or nothing. A killed import goes on."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from generation.models import Cohort, CohortImport, HeldImage, Radiograph
from generation.selectors.cohorts import stored
from generation.services.images import held_file, image_name, place
from generation.services.kept_counts import keep_counts

if TYPE_CHECKING:
    from generation.imaging.reader import Options, Reading
    from generation.imaging.registry import Registry
    from generation.imaging.report import ImportReport
    from generation.imaging.sorting import Attributes, Sorted
    from generation.imaging.sources import Source

ROWS_AT_ONCE = 500


class Busy(Exception):
    """Another import into the same cohort is under way."""


@dataclass(frozen=True)
class Wanted:
    """What to import. ``place``: folder, zip or DICOMDIR; ``ignore``: files in it that are no pictures."""

    name: str
    place: Path
    registry: Path | None = None
    mapping: Path | None = None
    title: str = ""
    source: str = ""
    ignore: Collection[Path] = ()
    crop: bool = False
    strict: bool = False
    characteriser: Path | None = None


def import_cohort(*, wanted: Wanted, workers: int | None = None, progress: bool = False) -> ImportReport:
    """Read the files of a folder, zip or DICOMDIR, de-identify by whitelist, store them in a cohort.

    Runs again without harm: what the cohort holds already is a duplicate, and what a killed run has read is
    not read again. Rows appear together at the end or not at all. Raises ValidationError for a name that is
    not a cohort name; everything else that can be wrong with files or registry is in the returned report.
    """
    from generation.imaging.batch import list_sources
    from generation.imaging.report import ImportReport
    from generation.imaging.sorting import sort_out
    from generation.imaging.sources import SourceUnusable
    from generation.imaging.tables import RegistryUnusable

    cohort = Cohort.objects.filter(name=wanted.name).first() or Cohort(name=wanted.name)
    cohort.title, cohort.source = wanted.title or cohort.title, wanted.source or cohort.source
    cohort.full_clean()
    ignored = {*wanted.ignore, *(path for path in (wanted.registry, wanted.mapping) if path)}
    key = pseudonym_key()
    try:
        registry = registry_of(wanted, key)
        sources = list_sources(wanted.place, ignored)
    except (RegistryUnusable, SourceUnusable) as error:
        return ImportReport(wanted.name, unusable=[str(error)])
    if not sources:
        what = "folder" if wanted.place.is_dir() else "zip"
        return ImportReport(wanted.name, unusable=[f"the {what} holds no files"])
    try:
        with work_folder(cohort) as work:
            readings = read_all(wanted, cohort, sources, work, key, workers=workers, progress=progress)
            result = sort_out(readings, registry, key=key, stored=stored(cohort))
            report = ImportReport.of(wanted.name, result)
            if not report.unusable:
                store(cohort, readings, result, report, work / "staged")
    except Busy:
        return ImportReport(wanted.name, unusable=["another import into this cohort is under way"])
    return report


def registry_of(wanted: Wanted, key: bytes) -> Registry | None:
    """Read the registry, if there is one, and hide its numbers of people and examinations."""
    from generation.imaging.mapping import read_mapping
    from generation.imaging.registry import hide, read_registry

    if wanted.registry is None:
        return None
    mapping = read_mapping(wanted.mapping) if wanted.mapping else None
    return hide(read_registry(wanted.registry, mapping), key)


@contextmanager
def work_folder(cohort: Cohort) -> Iterator[Path]:
    """A folder for journal and staged images, which outlive a kill. Raises Busy if another import has it."""
    work = Path(settings.DATA_ROOT) / "imports" / cohort.name
    (work / "staged").mkdir(mode=0o700, parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield work


def read_all(
    wanted: Wanted,
    cohort: Cohort,
    sources: list[Source],
    work: Path,
    key: bytes,
    *,
    workers: int | None,
    progress: bool,
) -> dict[str, Reading]:
    """Return file name → hidden reading; what the journal knows, and whose image is there, is not read."""
    from tqdm import tqdm

    from generation.imaging.batch import read_files
    from generation.imaging.journal import Journal
    from generation.imaging.pseudonym import pseudonym
    from generation.imaging.reader import Options, hide

    options = Options(
        crop=wanted.crop,
        strict=wanted.strict,
        characteriser=str(wanted.characteriser.resolve()) if wanted.characteriser else "",
    )
    journal = Journal(work / "journal.jsonl", settings=settings_of(options))
    known = kept_pixels(cohort, work / "staged")
    readings: dict[str, Reading] = {}
    unread: list[Source] = []
    keys: dict[str, str] = {}
    for source in sources:
        keys[source.name] = pseudonym(key, f"file:{source.name}\0{source.version()}")
        reading = journal.readings.get(keys[source.name])
        if reading and (reading.status != "read" or reading.pixel_sha256 in known):
            readings[source.name] = reading
        else:
            unread.append(source)
    try:
        done = read_files(unread, work / "staged", options=options, workers=workers)
        begun = len(readings)
        bar = tqdm(done, total=len(sources), initial=begun, unit="file", desc="reading", disable=not progress)
        for source, reading in bar:
            readings[source.name] = hide(reading, key)
            journal.add(keys[source.name], readings[source.name])
    finally:
        journal.close()
    return readings


def settings_of(options: Options) -> str:
    """Return what readings depend on besides the files: options, and the version of a characteriser."""
    path = Path(options.characteriser) if options.characteriser else None
    version = f"{path.stat().st_size} {path.stat().st_mtime_ns}" if path else ""
    return f"{options.crop} {options.strict} {options.characteriser} {version}"


def kept_pixels(cohort: Cohort, staged: Path) -> set[str]:
    """Return the pixel hashes whose images need not be made again: staged, in the cohort, or reviewed."""
    known = {path.stem for path in staged.glob("*.png")}
    if cohort.pk:
        known.update(cohort.radiographs.values_list("pixel_sha256", flat=True))
        known.update(cohort.held_images.values_list("pixel_sha256", flat=True))
    return known


def store(
    cohort: Cohort, readings: dict[str, Reading], result: Sorted, report: ImportReport, staged: Path
) -> None:
    """Put images in their places, then write the rows at once; if anything fails, no new image stays."""
    radiographs = [radiograph(cohort, readings[name], said) for name, said in result.taken.items()]
    held = [held_image(cohort, readings[name], said) for name, said in result.to_review.items()]
    placed: list[str] = []
    try:
        for row in radiographs:
            placed.append(image_name(cohort, row.pixel_sha256))
            place(staged / f"{row.pixel_sha256}.png", placed[-1])
        for image in held:
            shutil.copyfile(staged / f"{image.pixel_sha256}.png", held_file(image))
            held_file(image).chmod(0o600)
        with transaction.atomic():
            cohort.save()
            Radiograph.objects.bulk_create(radiographs, batch_size=ROWS_AT_ONCE)
            HeldImage.objects.bulk_create(held, batch_size=ROWS_AT_ONCE)
            keep_counts(cohort)
            cohort.n_refused = report.counts["held"] + report.counts["quarantined"]
            cohort.save()
            CohortImport.objects.create(
                cohort=cohort,
                n_files=len(report.records),
                counts=report.counts,
                reasons=report.reasons,
                n_registry_problems=len(report.registry_problems),
                n_near_duplicates=len(report.near),
            )
    except BaseException:
        for image_path in placed:
            default_storage.delete(image_path)
        for image in held:
            held_file(image).unlink(missing_ok=True)
        raise
    for path in staged.glob("*.png"):
        path.unlink()


def radiograph(cohort: Cohort, reading: Reading, attributes: Attributes) -> Radiograph:
    """Return the unsaved row of one image, its fields checked."""
    return new_radiograph(
        cohort,
        asdict(attributes),
        pixel_sha256=reading.pixel_sha256,
        perceptual_hash=reading.perceptual_hash,
        side=reading.side,
        source_rows=reading.source_rows,
        source_columns=reading.source_columns,
        pixel_mm=reading.pixel_mm,
        pixel_plane=reading.facts.pixel_plane,
    )


def new_radiograph(
    cohort: Cohort, attributes: dict[str, Any], *, pixel_sha256: str, side: int, **known: Any
) -> Radiograph:
    """Return the unsaved row of one square image of ``side`` pixels, its fields checked."""
    from generation.imaging.splits import split_of

    row = Radiograph(
        cohort=cohort,
        pixel_sha256=pixel_sha256,
        image=image_name(cohort, pixel_sha256),
        rows=side,
        columns=side,
        split=split_of(cohort.split_salt, attributes["patient"]),
        **known,
        **attributes,
    )
    row.clean_fields(exclude={"cohort"})
    return row


def held_image(cohort: Cohort, reading: Reading, attributes: Attributes) -> HeldImage:
    """Return the unsaved row of one image that waits for review, its fields checked."""
    said = asdict(attributes)
    said["shifted_date"] = said["shifted_date"] and said["shifted_date"].isoformat()
    row = HeldImage(
        cohort=cohort,
        pixel_sha256=reading.pixel_sha256,
        reason=reading.doubt,
        text=[list(asdict(box).values()) for box in reading.text],
        attributes=said,
        side=reading.side,
        source_rows=reading.source_rows,
        source_columns=reading.source_columns,
        pixel_mm=reading.pixel_mm,
        pixel_plane=reading.facts.pixel_plane,
    )
    row.clean_fields(exclude={"cohort"})
    return row


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
