from __future__ import annotations

import platform
import time
from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from generation.models import Cohort, TrainedModel
from generation.quality.document import QUALITY, write_quality
from generation.selectors.cohort_films import cohort_films
from generation.selectors.quality import drawn
from generation.services.quality import record_quality
from generation.services.training import register_model
from generation.tasks.threads import use_threads

if TYPE_CHECKING:
    from generation.quality.extractors import Extractor
    from generation.quality.films import Films


class Command(BaseCommand):
    help = (
        "Measure how good a trained model is: distances to films of other people, copies of training films, "
        "counterfactual axioms, and each attribute's effect against guidance. Writes quality.json, "
        "quality.md and curves into --out, and records the report with the model. Films come from folders "
        "of simulate_cohort, whose truth is known, or from cohorts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", help="name of a trained model")
        parser.add_argument("--folder", help="its checkpoint folder, when the name is new")
        parser.add_argument("--out", type=Path, required=True, help="folder of the report")
        parser.add_argument(
            "--training", help="what it learned from: simulated folder or cohort (default: its cohort)"
        )
        parser.add_argument(
            "--held-out", required=True, help="films of other people: simulated folder or cohort"
        )
        parser.add_argument("--images", type=int, default=200, help="images for the distances")
        parser.add_argument("--pairs", type=int, default=64, help="pairs for each guidance")
        parser.add_argument("--at-most", type=int, default=3000, help="training films that are looked at")
        parser.add_argument("--steps", type=int, default=16, help="sampling steps")
        parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
        parser.add_argument("--extractor", type=Path, help="a TorchScript file (default: EfficientNet-Lite0)")
        parser.add_argument("--extractor-sha256", default="", help="the file's SHA-256, which is checked")
        parser.add_argument("--extractor-size", type=int, default=299, help="pixels a side that it sees")
        parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")

    def handle(self, **options: Any) -> None:
        model = self._model(options)
        use_threads(options["threads"])
        from generation.diffusion.checkpoint import load_model
        from generation.diffusion.folder import CheckpointError
        from generation.quality.drawing import Artist
        from generation.quality.extractors import ExtractorError
        from generation.quality.films import FilmsUnusable
        from generation.quality.measure import Amount, Measurement

        started = time.monotonic()
        try:
            artist = Artist(load_model(model.path), options["steps"], options["precision"])
            extractor = self._extractor(options)
            training, held_out = self._films(model, options, artist.size)
            amount = Amount(images=options["images"], pairs=options["pairs"])
            measurement = Measurement(artist, training, held_out, amount, self._say(started))
            report = measurement.report(extractor)
        except (CheckpointError, ExtractorError, FilmsUnusable, ValueError) as error:
            raise CommandError(str(error)) from error
        report |= {
            "model": model.name,
            "checkpoint_sha256": model.weights_sha256,
            "precision": options["precision"],
            "seconds": round(time.monotonic() - started),
            "versions": {name: version(name) for name in ("torch", "numpy", "scipy")}
            | {"python": platform.python_version()},
        }
        self._write(model, report, options["out"])

    def _model(self, options: dict[str, Any]) -> TrainedModel:
        name, folder = options["model"], options["folder"]
        try:
            model = (
                register_model(name=name, folder=folder)
                if folder
                else TrainedModel.objects.filter(name=name).first()
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if model is None:
            raise CommandError(f"There is no model {name!r}; name its checkpoint with --folder.")
        return model

    def _films(self, model: TrainedModel, options: dict[str, Any], size: int) -> tuple[Films, Films]:
        training = options["training"] or (model.cohort.name if model.cohort else "")
        if not training:
            raise CommandError(f"{model.name} knows no cohort; say with --training what it learned from.")
        return (
            self._source(training, size=size, at_most=options["at_most"]),
            self._source(options["held_out"], size=size, at_most=None),
        )

    def _source(self, source: str, *, size: int, at_most: int | None) -> Films:
        from generation.quality.films import simulated_films

        if Path(source).is_dir():
            return simulated_films(Path(source), size=size, at_most=at_most)
        cohort = Cohort.objects.filter(name=source).first()
        if cohort is None:
            raise CommandError(f"{source} is neither a folder of simulate_cohort nor a cohort.")
        return cohort_films(cohort, size=size, at_most=at_most)

    def _extractor(self, options: dict[str, Any]) -> Extractor:
        from generation.quality.extractors import efficientnet_lite0, torchscript

        if options["extractor"] is None:
            return efficientnet_lite0()
        return torchscript(options["extractor"], options["extractor_sha256"], size=options["extractor_size"])

    def _say(self, started: float) -> Any:
        return lambda text: self.stdout.write(f"{time.monotonic() - started:6.0f} s  {text}")

    def _write(self, model: TrainedModel, report: dict[str, Any], out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        write_quality(out / QUALITY, report)
        shown = drawn(report)
        for name, figure in (("curve.svg", shown.whole), ("curve_group_alone.svg", shown.alone)):
            if figure is not None:
                (out / name).write_text(render_to_string("generation/quality/curve.html", {"figure": figure}))
        text = render_to_string("generation/quality/report.md", {"quality": shown, "report": report})
        (out / "quality.md").write_text(text)
        record_quality(trained_model=model, report=report)
        self.stdout.write(text)
        self.stdout.write(f"{out}: {QUALITY}, quality.md, curves; recorded with {model.name}")
