"""Train one stage of a model on a cohort: base, or super-resolution."""

from __future__ import annotations

from argparse import ArgumentParser
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from generation.diffusion.folder import CheckpointError
from generation.diffusion.presets import PRESETS
from generation.diffusion.schema import ConditionError
from generation.models import Cohort
from generation.selectors.cohorts import training_arrays
from generation.tasks.threads import use_threads

if TYPE_CHECKING:
    from generation.diffusion.model import DiffusionModel
    from generation.diffusion.training import Trainer


def condition(value: Any) -> str | float | None:
    """A radiograph's column as a condition: unknown is None, yes and no are words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value == "" else value


class Command(BaseCommand):
    help = (
        "Train a diffusion model on a cohort. Writes model.safetensors, config.json, loss.csv and "
        "samples.png into --out. A super-resolution stage belongs into super_resolution of its base's folder."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cohort", required=True, help="name of an imported cohort")
        parser.add_argument("--out", required=True, type=Path, help="folder of the checkpoint")
        parser.add_argument(
            "--steps", required=True, type=int, help="optimizer steps in all, also when resuming"
        )
        parser.add_argument("--preset", default="demo-base", choices=sorted(PRESETS))
        parser.add_argument("--size", type=int, help="width and height in pixels (default: the preset's)")
        parser.add_argument(
            "--attributes", default="group,projection,age", help="conditions, separated by commas"
        )
        parser.add_argument("--batch", type=int)
        parser.add_argument("--learning-rate", type=float)
        parser.add_argument("--precision", choices=("float32", "bfloat16"))
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--threads", type=int, default=2, help="CPU threads; part of what makes a run repeatable"
        )
        parser.add_argument("--device", default="cpu", help="cpu or cuda")
        parser.add_argument("--save-every", type=int, default=250, metavar="STEPS")
        parser.add_argument("--half", action="store_true", help="store 16-bit weights")
        parser.add_argument("--resume", action="store_true", help="continue the run that OUT holds")

    def handle(self, **options: Any) -> None:
        use_threads(options["threads"])
        from generation.diffusion import checkpoint

        cohort = Cohort.objects.filter(name=options["cohort"]).first()
        if cohort is None:
            names = ", ".join(Cohort.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no cohort {options['cohort']!r}; there are: {names}.")
        out: Path = options["out"]
        try:
            trainer = self._trainer(cohort, options)
            if options["resume"]:
                checkpoint.load_state(out, trainer)
            elif (out / "state.safetensors").exists():
                raise CommandError(f"{out} holds a run already: give --resume, or another folder.")
        except (CheckpointError, ConditionError, ValueError) as error:
            raise CommandError(str(error)) from error
        out.mkdir(parents=True, exist_ok=True)
        self.stdout.write(
            f"{len(trainer.images)} radiographs of {cohort.name}, "
            f"{sum(p.numel() for p in trainer.model.parameters()) / 1e6:.1f} million weights, "
            f"step {trainer.done} of {options['steps']}"
        )
        with suppress(KeyboardInterrupt):
            self._run(trainer, out, options)
        self._save(trainer, cohort, out, options)
        self._samples(trainer.ema.model, out)
        self.stdout.write(f"{out}: {trainer.done} steps done")

    def _trainer(self, cohort: Cohort, options: dict[str, Any]) -> Trainer:
        import torch

        from generation.diffusion.conditioning import encode
        from generation.diffusion.model import ModelConfig
        from generation.diffusion.schema import Schema
        from generation.diffusion.training import Trainer, TrainingOptions
        from generation.diffusion.unet import UNetConfig

        preset = PRESETS[options["preset"]]
        given = {
            name: options[name]
            for name in ("batch", "learning_rate", "precision", "seed")
            if options[name] is not None
        }
        unet = UNetConfig(**preset.unet | ({"image_size": options["size"]} if options["size"] else {}))
        images, rows = training_arrays(cohort, size=unet.image_size)
        names = [] if preset.upscale > 1 else options["attributes"].split(",")
        conditions = [{name: condition(row[name]) for name in names} for row in rows]
        schema = Schema.learn(conditions, names)
        return Trainer(
            ModelConfig(unet=unet, schema=schema, target=preset.target, upscale=preset.upscale),
            torch.from_numpy(images),
            encode(schema, conditions),
            TrainingOptions(**preset.training | given),
            options["device"],
        )

    def _run(self, trainer: Trainer, out: Path, options: dict[str, Any]) -> None:
        """Step by step with a bar and one line of loss.csv each; lines after the saved step are dropped."""
        from tqdm import tqdm

        from generation.diffusion import checkpoint

        path = out / "loss.csv"
        kept = path.read_text().splitlines()[1 : trainer.done + 1] if trainer.done else []
        with path.open("w") as log, tqdm(total=options["steps"], initial=trainer.done, unit="step") as bar:
            log.write("\n".join(["step,loss,gradient,seconds", *kept, ""]))
            while trainer.done < options["steps"]:
                step = trainer.step()
                log.write(f"{step.number},{step.loss:.6f},{step.gradient:.4f},{step.seconds:.3f}\n")
                bar.set_postfix(loss=f"{step.loss:.4f}", refresh=False)
                bar.update()
                if trainer.done % options["save_every"] == 0:
                    log.flush()
                    checkpoint.save_state(out, trainer)

    def _save(self, trainer: Trainer, cohort: Cohort, out: Path, options: dict[str, Any]) -> None:
        import torch

        from generation.diffusion import checkpoint

        checkpoint.save_state(out, trainer)
        record = {
            "options": asdict(trainer.options),
            "steps": trainer.done,
            "threads": options["threads"],
            "cohort": cohort.name,
            "n_radiographs": len(trainer.images),
            "data_sha256": trainer.data_sha256(),
            "torch": torch.__version__,
        }
        checkpoint.save_model(out, trainer.ema.model, training=record, half=options["half"])

    def _samples(self, model: DiffusionModel, out: Path) -> None:
        from generation.diffusion.sampling import sample_grid
        from generation.imaging.png import encode_grey

        if model.config.upscale == 1:
            (out / "samples.png").write_bytes(encode_grey(sample_grid(model)))
