"""`manage.py export_bundle STUDY --out FILE.zip [--blinded]`: the analysis bundle of a study."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from readers.models import Study
from stats.bundle.exports import NothingToExport, export_bundle
from stats.exports import RehearsalNotExported


class Command(BaseCommand):
    help = (
        "Write the analysis bundle of a study: ratings, results, tables, checklists, and a script in R that "
        "recomputes them. Equal data give equal bytes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="slug of the study")
        parser.add_argument(
            "--out", required=True, type=Path, metavar="FILE.zip", help="replaced if it is there"
        )
        parser.add_argument(
            "--blinded", action="store_true", help="leave out groups, directions and all that tells them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["out"]
        try:
            study = Study.objects.get(slug=options["study"])
            bundle = export_bundle(study=study, without_groups=options["blinded"], by=None)
            path.write_bytes(bundle.content)
        except Study.DoesNotExist:
            known = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no study {options['study']!r}. Studies: {known}.") from None
        except (NothingToExport, RehearsalNotExported) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"Cannot write {path}: {error.strerror}.") from error
        self.stdout.write(f"{path}: {bundle.n_ratings} ratings, sha256 {bundle.sha256}")
