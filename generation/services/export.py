"""A cohort out of the house: images without identities and a registry that import_cohort reads back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generation.models import Cohort, Radiograph
from generation.services.cohorts import pseudonym_key
from generation.spreadsheets import harmless

FORMATS = ("dicom", "png")
COLUMNS = (
    *("file", "patient", "sex", "age", "bmi", "group", "projection", "laterality", "implant", "site", "date"),
)
KEPT = ("pixel_sha256", "patient", "sex", "age", "laterality", "shifted_date", "pixel_mm", "pixel_plane")


def export_cohort(*, cohort: Cohort, out: Path, form: str = "dicom", split: str = "") -> Iterator[Path]:
    """Write ``out/images`` and ``out/registry.csv``; yields each image as it is written.

    Patients get another pseudonym than in the database, the same in one export as in the next of this cohort.
    Raises FileExistsError if ``out`` holds something already.
    """
    from generation.imaging.canonical import read_png
    from generation.imaging.dicom_export import dicom_file
    from generation.imaging.png import encode_grey
    from generation.imaging.pseudonym import pseudonym

    (out / "images").mkdir(parents=True)
    key = pseudonym_key()
    films = cohort.radiographs.order_by("pixel_sha256")
    if split:
        films = films.filter(split=split)
    with (out / "registry.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for film in films.iterator(chunk_size=500):
            name = pseudonym(key, f"export:{cohort.split_salt}:{film.pixel_sha256}")
            path = out / "images" / f"{name}.{'dcm' if form == 'dicom' else 'png'}"
            grey = read_png(Path(film.image.path))
            row = {column: getattr(film, column) for column in KEPT}
            if form == "dicom":
                path.write_bytes(dicom_file(grey, key=key, salt=cohort.split_salt, row=row))
            else:
                path.write_bytes(encode_grey(grey))
            patient = pseudonym(key, f"export:{cohort.split_salt}:{film.patient}")
            writer.writerow(registry_row(film, path.name, patient))
            yield path


def registry_row(film: Radiograph, file: str, patient: str) -> dict[str, Any]:
    """Return the line of a film; what a spreadsheet would take for a formula is led by an apostrophe."""
    said = {
        "file": file,
        "patient": patient,
        "sex": film.sex,
        "age": "" if film.age is None else f"{film.age:g}",
        "bmi": "" if film.bmi is None else f"{film.bmi:g}",
        "group": film.group,
        "projection": film.projection,
        "laterality": film.laterality,
        "implant": "" if film.implant is None else "yes" if film.implant else "no",
        "site": film.site,
        "date": film.shifted_date.isoformat() if film.shifted_date else "",
    }
    return {column: harmless(word) for column, word in said.items()}
