"""Train one stage of a model on a cohort: base, or super-resolution."""

from __future__ import annotations

from argparse import ArgumentParser
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from generation.diffusion.folder import CheckpointError, states
from generation.diffusion.presets import PRESETS
from generation.diffusion.schema import ConditionError
from generation.models import Cohort
from generation.selectors.cohorts import condition, training_arrays
from generation.tasks.threads import use_threads

if TYPE_CHECKING:
    from generation.diffusion.parallel import Process
    from generation.diffusion.training import Trainer

OPTIONS = ("batch", "accumulate", "learning_rate", "precision", "seed")


class Command(BaseCommand):
    help = (
        "Train a diffusion model on a cohort. Writes model.safetensors, config.json, loss.csv, samples.png "
        "and TensorBoard's files into --out. A super-resolution stage belongs into super_resolution of its "
        "base's folder. On several GPUs: torchrun --nproc-per-node 4 manage.py train --device cuda …"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cohort", required=True, help="name of an imported cohort")
        parser.add_argument("--out", required=True, type=Path, help="folder of the checkpoint")
        parser.add_argument(
            "--steps", required=True, type=int, help="optimizer steps in all, also when resuming"
        )
        parser.add_argument("--preset", default="demo", choices=sorted(PRESETS))
        parser.add_argument("--size", type=int, help="width and height in pixels (default: the preset's)")
        parser.add_argument(
            "--attributes", default="group,projection,age", help="conditions, separated by commas"
        )
        parser.add_argument("--batch", type=int, help="images a step, over all processes")
        parser.add_argument("--accumulate", type=int, help="pieces in which a process takes its share")
        parser.add_argument("--learning-rate", type=float)
        parser.add_argument("--precision", choices=("float32", "bfloat16"))
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--threads", type=int, default=2, help="CPU threads; part of what makes a run repeatable"
        )
        parser.add_argument("--device", default="cpu", help="cpu or cuda")
        parser.add_argument("--save-every", type=int, default=250, metavar="STEPS")
        parser.add_argument(
            "--sample-every", type=int, default=1000, metavar="STEPS", help="draw samples; 0: at the end only"
        )
        parser.add_argument("--half", action="store_true", help="store 16-bit weights")
        parser.add_argument(
            "--resume",
            nargs="?",
            type=int,
            const=-1,
            metavar="STEP",
            help="continue the run that OUT holds, from its last saved step or this one",
        )
        parser.add_argument(
            "--check", action="store_true", help="train nothing: look at the first loss, and learn one batch"
        )

    def handle(self, **options: Any) -> None:
        use_threads(options["threads"])
        from generation.diffusion.parallel import joined

        cohort = Cohort.objects.filter(name=options["cohort"]).first()
        if cohort is None:
            names = ", ".join(Cohort.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no cohort {options['cohort']!r}; there are: {names}.")
        with joined(options["device"]) as process:
            try:
                self._train(cohort, process, options)
            except (CheckpointError, ConditionError, ValueError) as error:
                raise CommandError(str(error)) from error

    def _train(self, cohort: Cohort, process: Process, options: dict[str, Any]) -> None:
        from generation.diffusion import checkpoint, run

        out: Path = options["out"]
        trainer = self._trainer(cohort, process, options)
        if options["check"]:
            self._check(trainer)
            return
        if options["resume"] is not None:
            checkpoint.load_state(out, trainer, None if options["resume"] < 0 else options["resume"])
        elif states(out):
            raise CommandError(f"{out} holds a run already: give --resume, or another folder.")
        out.mkdir(parents=True, exist_ok=True)
        if process.is_first:
            self.stdout.write(
                f"{len(trainer.images)} radiographs of {cohort.name}, "
                f"{sum(p.numel() for p in trainer.model.parameters()) / 1e6:.1f} million weights, "
                f"step {trainer.done} of {options['steps']}"
            )
        done = run.steps(
            trainer,
            out,
            until=options["steps"],
            save_every=options["save_every"],
            sample_every=options["sample_every"],
        )
        bar = tqdm(
            total=options["steps"],
            initial=trainer.done,
            unit="step",
            disable=None if process.is_first else True,
        )
        with bar, closing(done), suppress(KeyboardInterrupt):
            for step in done:
                bar.set_postfix(loss=f"{step.loss:.4f}", refresh=False)
                bar.update()
        if process.is_first:
            about = {"cohort": cohort.name, "threads": options["threads"]}
            run.finish(trainer, out, half=options["half"], about=about)
            self.stdout.write(f"{out}: {trainer.done} steps done")

    def _check(self, trainer: Trainer) -> None:
        from generation.diffusion.sanity import check

        seen = check(trainer)
        self.stdout.write(f"first loss {seen.first:.4f}, must be {seen.expected:.4f}")
        self.stdout.write(f"one batch learned: from {seen.before:.4f} to {seen.after:.4f}")
        if not seen.starts_right or not seen.learns:
            raise CommandError(
                "This training would not work: see which of the two is off, then --learning-rate and data."
            )

    def _trainer(self, cohort: Cohort, process: Process, options: dict[str, Any]) -> Trainer:
        import torch

        from generation.diffusion import superres
        from generation.diffusion.conditioning import encode
        from generation.diffusion.model import ModelConfig
        from generation.diffusion.options import TrainingOptions
        from generation.diffusion.schema import Schema
        from generation.diffusion.training import Trainer
        from generation.diffusion.unet import UNetConfig

        preset = PRESETS[options["preset"]]
        given = {name: options[name] for name in OPTIONS if options[name] is not None}
        training = TrainingOptions(**preset.training | given)
        unet = UNetConfig(**preset.unet | ({"image_size": options["size"]} if options["size"] else {}))
        images, rows = training_arrays(cohort, size=unet.image_size)
        names = [] if preset.upscale > 1 else options["attributes"].split(",")
        conditions = [{name: condition(row[name]) for name in names} for row in rows]
        known = Schema.learn(conditions, names)
        codes = encode(known, conditions)
        if preset.upscale > 1:
            known = superres.schema(training.small_noise)
        return Trainer(
            ModelConfig(unet=unet, schema=known, target=preset.target, upscale=preset.upscale),
            torch.from_numpy(images),
            codes,
            training,
            process,
        )
