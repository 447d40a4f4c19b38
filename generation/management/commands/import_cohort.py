from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.text import slugify

from generation.imaging.characterise import load
from generation.services.cohorts import Wanted, import_cohort

LINES_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import radiographs (DICOM, PNG, JPEG, TIFF) of a folder, zip or DICOMDIR into a cohort, "
        "de-identified by whitelist. "
        "Exit status 0: every file taken or a duplicate; 1: imported, but something was refused; "
        "2: nothing imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="folder, zip or DICOMDIR file")
        parser.add_argument(
            "--registry", type=Path, help="CSV, XLSX or Parquet; see docs/reference/import_cohort.md"
        )
        parser.add_argument(
            "--mapping", type=Path, help="YAML: which column of the registry means what, and how to join"
        )
        parser.add_argument("--name", help="name of the cohort; by default the folder's")
        parser.add_argument("--title", default="", help="title for people to read")
        parser.add_argument("--source", default="", help="where the images come from: licence, attribution")
        parser.add_argument("--report", type=Path, help="write a JSON report: one record a file")
        parser.add_argument("--crop", action="store_true", help="leave uniform borders (collimation) out")
        parser.add_argument(
            "--strict", action="store_true", help="review every picture whose header does not deny text in it"
        )
        parser.add_argument(
            "--characteriser", type=Path, help="trained model that names projection, laterality or implant"
        )
        parser.add_argument("--workers", type=int, help="processes; by default one a core")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        report_path: Path | None = options["report"]
        if options["mapping"] and not options["registry"]:
            raise CommandError("--mapping says how to read a --registry, which is not given", returncode=2)
        if options["characteriser"]:
            try:
                load(str(options["characteriser"]))
            except ValueError as error:
                raise CommandError(f"{options['characteriser']}: {error}", returncode=2) from None
        if not folder.exists():
            raise CommandError(f"{folder} does not exist", returncode=2)
        if report_path and not report_path.resolve().parent.is_dir():
            raise CommandError(f"the report's folder {report_path.parent} does not exist", returncode=2)
        try:
            report = import_cohort(
                wanted=Wanted(
                    name=options["name"] or slugify(default_name(folder)),
                    place=folder,
                    registry=options["registry"],
                    mapping=options["mapping"],
                    title=options["title"],
                    source=options["source"],
                    ignore=[report_path] if report_path else [],
                    crop=options["crop"],
                    strict=options["strict"],
                    characteriser=options["characteriser"],
                ),
                workers=options["workers"],
                progress=sys.stderr.isatty(),
            )
        except ValidationError as error:
            raise CommandError(
                f"no cohort can have this name: {'; '.join(error.messages)}", returncode=2
            ) from None
        except OSError as error:
            raise CommandError(f"nothing was imported: {error.strerror}", returncode=2) from None
        except DatabaseError as error:
            raise CommandError(f"nothing was imported: {type(error).__name__}", returncode=2) from error
        if report_path:
            report.write(report_path)
        self.tell(report.cohort, report.counts, report.problem_lines(), imported=not report.unusable)
        if report.exit_status:
            sys.exit(report.exit_status)

    def tell(self, cohort: str, counts: dict[str, int], problems: list[str], *, imported: bool) -> None:
        """Print the counts and the first problems."""
        for line in problems[:LINES_SHOWN]:
            self.stdout.write(line)
        if len(problems) > LINES_SHOWN:
            self.stdout.write(f"… and {len(problems) - LINES_SHOWN} more: --report lists all")
        said = ", ".join(f"{count} {status}" for status, count in counts.items())
        outcome = "Nothing was imported" if not imported else "Imported" if counts["taken"] else "Nothing new"
        self.stdout.write(f"{outcome}. Cohort {cohort}: {said}.")


def default_name(place: Path) -> str:
    """Return the name of a folder, of a zip without its ending, or of the folder of a DICOMDIR."""
    place = place.resolve()
    if place.is_dir():
        return place.name
    return place.stem if place.suffix.lower() == ".zip" else place.parent.name
