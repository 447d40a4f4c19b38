"""`manage.py export_tables STUDY --out FOLDER`: every table in every format, figures, and the ratings."""

from __future__ import annotations

import hashlib
import json
import platform
from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from readers.models import Study
from stats.exports import RehearsalNotExported, ratings_csv, record_export
from stats.report import FORMATS, Selection
from stats.report.figures import FIGURES, svg
from stats.report.selection import DIRECTIONS, SPECIALTIES, UnknownChoice
from stats.selectors import study_ratings
from stats.tables import FROM_RATINGS, checked_facts, figure_data, origin_tables, tables_apart


class Command(BaseCommand):
    help = "Write the tables, figures and ratings of a study, with a manifest, into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="slug of the study")
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="made when missing")
        parser.add_argument("--specialty", choices=list(SPECIALTIES), default="", help="only these readers")
        parser.add_argument(
            "--direction", choices=list(DIRECTIONS), default="", help="only videos shown this way"
        )
        parser.add_argument("--criterion", default="", metavar="KEY", help="only rows of this criterion")

    def handle(self, *args: Any, **options: Any) -> None:
        study = _study(options["study"])
        chosen = {key: options[key] for key in ("specialty", "direction", "criterion")}
        try:
            files = _files(study, Selection(**chosen))
            record_export(study=study, by=None, files=files)
        except (UnknownChoice, RehearsalNotExported) as error:
            raise CommandError(str(error)) from error
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (folder / name).write_bytes(content)
        except OSError as error:
            raise CommandError(f"Cannot write into {folder}: {error.strerror}.") from error
        self.stdout.write(f"{study.slug}: {len(files)} files written to {folder}")


def _study(slug: str) -> Study:
    try:
        return Study.objects.get(slug=slug)
    except Study.DoesNotExist:
        known = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no study {slug!r}. Studies: {known}.") from None


def _files(study: Study, selection: Selection) -> dict[str, bytes]:
    ratings, facts = study_ratings(study), checked_facts(study, selection)
    chosen = selection.of(ratings)
    if chosen.empty:
        part = f" ({selection.words()})" if selection.words() else ""
        raise CommandError(f"Study {study.slug!r} has no submitted ratings{part} yet: nothing to export.")
    files = {"ratings.csv": ratings_csv(chosen, notice=facts.notice).encode("utf-8")}
    tables = [make(ratings, facts, selection) for make in FROM_RATINGS.values()]
    for table in (*origin_tables(study), *tables, *tables_apart(study, selection)):
        files |= {f"{table.key}.{suffix}": form.render(table) for suffix, form in FORMATS.items()}
    data = figure_data(study, selection)
    figures = [build(data) for build in FIGURES.values()]
    files |= {f"{figure.key}.svg": svg(figure).encode("utf-8") for figure in figures if figure.spec}
    files["manifest.json"] = _manifest(study, selection, len(chosen), files)
    return files


def _manifest(study: Study, selection: Selection, n_ratings: int, files: dict[str, bytes]) -> bytes:
    packages = ("numpy", "scipy", "pandas", "django")
    manifest = {
        "study": study.slug,
        "title": study.title,
        "notice": study.notice,
        "form_sha256": study.form_sha256,
        "exported_at": timezone.now().isoformat(),
        "specialty": selection.specialty or "all",
        "direction": selection.direction or "all",
        "criterion": selection.criterion or "all",
        "n_ratings": n_ratings,
        "coefficient": "Gwet's AC1, identity weights, 5 declared categories, two-sided p, 95 % t interval",
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
