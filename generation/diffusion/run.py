"""A training in its folder: states to resume from, loss.csv, TensorBoard's files, samples, the model."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tensorboardX import SummaryWriter

from generation.diffusion import checkpoint, superres
from generation.diffusion.ddim import ddim, initial_noise, timesteps
from generation.diffusion.folder import LOSSES, SAMPLES, write_atomic
from generation.diffusion.pixels import from_grey, to_grey
from generation.diffusion.sampling import denoiser, embedder, sample_grid
from generation.diffusion.training import Step, Trainer
from generation.imaging.png import encode_grey

SHOWN = 4  # radiographs in a super-resolution stage's samples
SHOWN_STEPS = 8


def steps(
    trainer: Trainer, out: Path, *, until: int, save_every: int, sample_every: int
) -> Generator[Step, None, None]:
    """Train until ``until`` steps are done. The first process writes everything into ``out``.

    Lines of loss.csv after the step from which the run was resumed are dropped. ``sample_every`` 0: never.
    """
    if not trainer.process.is_first:
        while trainer.done < until:
            yield trainer.step()
        return
    path = out / LOSSES
    kept = path.read_text().splitlines()[1 : trainer.done + 1] if trainer.done else []
    with path.open("w") as log, SummaryWriter(str(out / "tensorboard"), purge_step=trainer.done) as board:
        log.write("\n".join(["step,loss,gradient,seconds", *kept, ""]))
        while trainer.done < until:
            step = trainer.step()
            log.write(f"{step.number},{step.loss:.6f},{step.gradient:.4f},{step.seconds:.3f}\n")
            for name in ("loss", "gradient", "seconds"):
                board.add_scalar(name, getattr(step, name), step.number)
            if trainer.done % save_every == 0:
                log.flush()
                checkpoint.save_state(out, trainer)
            if sample_every and trainer.done % sample_every == 0:
                picture = samples(trainer)
                board.add_image("samples", picture, trainer.done, dataformats="HW")
                write_atomic(out / SAMPLES, encode_grey(picture))
            yield step


def finish(trainer: Trainer, out: Path, *, half: bool, about: dict[str, Any]) -> None:
    """Write state, averaged model and samples; ``about`` is recorded beside options, steps and hashes."""
    checkpoint.save_state(out, trainer)
    training = {
        "options": trainer.options.as_dict(),
        "steps": trainer.done,
        "processes": trainer.process.count,
        "n_radiographs": len(trainer.images),
        "data_sha256": trainer.data_sha256(),
        "code_sha256": code_sha256(),
        "torch": torch.__version__,
    }
    checkpoint.save_model(out, trainer.ema.model, training=training | about, half=half)
    write_atomic(out / SAMPLES, encode_grey(samples(trainer)))


def code_sha256() -> str:
    """A hash over the source of this folder: which version of the code trained a model."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def samples(trainer: Trainer) -> NDArray[np.uint8]:
    """What the averaged model draws; of a super-resolution stage: small image, its enlargement, the truth."""
    model, device = trainer.ema.model, trainer.process.device
    factor = model.config.upscale
    if factor == 1:
        return sample_grid(model)
    truth = from_grey(trainer.images[:SHOWN])
    small = torch.nn.functional.interpolate(truth, scale_factor=1 / factor, mode="area")
    beside = superres.enlarge(small, factor).to(device)
    with torch.inference_mode():
        drawn = ddim(
            denoiser(
                model, embedder(model, [superres.told(model.config.schema)] * len(truth)), beside=beside
            ),
            initial_noise(0, truth.shape).to(device),
            model.alpha_bar,
            timesteps(model.config.schedule.steps, SHOWN_STEPS, "trailing"),
        )
    rows = (to_grey(beside), to_grey(drawn), to_grey(truth))
    return np.vstack([np.hstack(list(row)) for row in rows])
