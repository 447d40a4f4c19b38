from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.imaging.characterise import COLUMNS, LinearCharacteriser, save, score, train
from generation.models import Cohort
from generation.selectors.labelled import labelled


class Command(BaseCommand):
    help = (
        "Learn to tell projection, laterality and implant from the films whose registry says them, for "
        "import_cohort --characteriser. Learns from the training split; counts on the other patients."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the cohort")
        parser.add_argument("--out", type=Path, required=True, help="the model's file, e.g. model.npz")
        parser.add_argument("--columns", nargs="+", choices=COLUMNS, default=COLUMNS)

    def handle(self, *args: Any, **options: Any) -> None:
        cohort = Cohort.objects.filter(name=options["name"]).first()
        if cohort is None:
            raise CommandError(f"there is no cohort {options['name']}")
        out: Path = options["out"]
        if not out.resolve().parent.is_dir():
            raise CommandError(f"the folder {out.parent} does not exist")
        models = {column: model for column in options["columns"] if (model := self.learn(cohort, column))}
        if not models:
            raise CommandError("nothing to learn: no column has two words among the films for training")
        save(out, models)
        self.stdout.write(f"Written to {out}: {', '.join(models)}.")

    def learn(self, cohort: Cohort, column: str) -> LinearCharacteriser | None:
        """Train one column and print how it does; None where there is nothing to tell apart."""
        known = labelled(cohort, column, ["train"])
        if len(set(known.labels)) < 2:
            self.stdout.write(
                f"{column}: left out, {len(set(known.labels))} word(s) among the films for training"
            )
            return None
        model = train(column, known, known.labels)
        unseen = labelled(cohort, column, ["val", "test"])
        self.stdout.write(f"{column}: learnt from {len(known.labels):,} films")
        for line in score(model, unseen, unseen.labels):
            self.stdout.write(
                f"  {line.word}: {line.right:,} of {line.films:,} unseen films found, "
                f"{line.named - line.right:,} others called so"
            )
        return model
