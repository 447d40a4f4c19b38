from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from generation.simulation.cohort_folder import FORMATS, Wanted, write_cohort
from generation.simulation.plan_file import PlanUnusable, read_plan


class Command(BaseCommand):
    help = (
        "Simulate the pelvis radiographs of a plan (YAML, docs/reference/simulator.md) into a folder that "
        "import_cohort takes. An interrupted run goes on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", type=Path)
        parser.add_argument("--out", type=Path, required=True, help="folder to write to")
        parser.add_argument("--format", choices=FORMATS, default="dicom")
        parser.add_argument(
            "--counterparts", action="store_true", help="also film each person's true counterpart"
        )
        parser.add_argument("--workers", type=int, help="processes; by default one a core")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan = read_plan(options["plan"].read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"the plan cannot be opened: {error.strerror}") from None
        except (PlanUnusable, UnicodeDecodeError) as error:
            raise CommandError(f"the plan cannot be used: {error}") from None
        wanted = Wanted(plan, options["out"], options["format"], options["counterparts"])
        self.refuse_another_plan(wanted)
        try:
            done = write_cohort(wanted, workers=options["workers"])
            count = sum(1 for _ in tqdm(done, total=plan.total, unit="film", disable=None))
        except (OSError, ValueError) as error:
            raise CommandError(f"stopped: {error} Run the same command again to go on.") from None
        where = options["out"]
        self.stdout.write(
            f"{count} films in {where}/images. Next: manage.py import_cohort {where}/images "
            f"--registry {where}/registry.csv --name {plan.name}"
        )

    def refuse_another_plan(self, wanted: Wanted) -> None:
        """A folder belongs to one plan and one choice of files, else people would mix."""
        stamp = wanted.out / "truth" / "wanted.json"
        said = json.dumps(
            {"plan": wanted.plan.fingerprint, "format": wanted.format, "counterparts": wanted.counterparts}
        )
        if stamp.exists() and stamp.read_text() != said:
            raise CommandError(f"{wanted.out} holds another plan or other files: choose an empty folder.")
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(said)
