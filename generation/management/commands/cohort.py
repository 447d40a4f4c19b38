from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from generation.models import Cohort
from generation.selectors.cohort_report import Line, Report, report_of
from generation.selectors.table_one import table_one
from generation.services.export import FORMATS, export_cohort


class Command(BaseCommand):
    help = "What a cohort holds (report), and a de-identified copy of it (export)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        report = acts.add_parser("report", help="Table 1, missing values, splits, the flow of files")
        export = acts.add_parser("export", help="images and registry.csv, as import_cohort reads them")
        for act in (report, export):
            act.add_argument("name")
        export.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
        export.add_argument("--format", choices=FORMATS, default="dicom")
        export.add_argument("--split", choices=("train", "val", "test"), default="", help="this split alone")

    def handle(self, *args: Any, **options: Any) -> None:
        cohort = Cohort.objects.filter(name=options["name"]).first()
        if cohort is None:
            raise CommandError(f"there is no cohort {options['name']}")
        if options["act"] == "report":
            for line in told(report_of(cohort, table_one(cohort))):
                self.stdout.write(line)
            return
        out: Path = options["out"]
        if out.exists():
            raise CommandError(f"{out} is there already: name a folder that is not")
        written = export_cohort(cohort=cohort, out=out, form=options["format"], split=options["split"])
        count = sum(1 for _ in tqdm(written, total=cohort.n_taken, unit="film", disable=None))
        self.stdout.write(f"{count} films in {out}/images, their registry in {out}/registry.csv.")


def told(report: Report) -> list[str]:
    """Return the report as lines of text, its columns aligned."""
    groups = [f"{name}: {films:,} films, {patients:,} patients" for name, films, patients in report.groups]
    said = aligned([*heading("Table 1", report), *map(cells_of, report.lines)])
    said += ["", *aligned([*heading("Missing", report), *map(cells_of, report.missing)]), ""]
    rows = [
        (name, f"{films:,} films", f"{people:,} patients", share)
        for name, films, people, share in report.splits
    ]
    said += aligned([("Splits", "", "", ""), *rows])
    for flow in report.flows:
        said += ["", f"Import of {flow.run.at:%Y-%m-%d %H:%M} UTC: {flow.run.n_files:,} files"]
        for status, count, kinds in flow.steps:
            said.append(f"  − {count:,} {status}")
            said += [f"      {n:,} {kind}" for kind, n in kinds]
        said.append(f"  = {flow.taken:,} taken")
    return [*groups, "", *said]


def heading(title: str, report: Report) -> list[tuple[str, ...]]:
    """Return the first row of a table."""
    return [(title, *(name for name, _, _ in report.groups), "std. diff." if title == "Table 1" else "")]


def cells_of(line: Line) -> tuple[str, ...]:
    """Return a line of Table 1 as text; a star where the groups differ notably."""
    difference = "" if line.difference is None else f"{line.difference:.2f}{' *' if line.is_notable else ''}"
    return (("  " if line.inner else "") + line.label, *line.cells, difference)


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows with every column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
