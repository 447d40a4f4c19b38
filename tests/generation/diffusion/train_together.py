"""Started by torchrun: the losses of a few steps that all processes train together, as JSON."""

from __future__ import annotations

import json
import sys

import torch

from generation.diffusion.model import ModelConfig
from generation.diffusion.options import TrainingOptions
from generation.diffusion.parallel import Process, joined
from generation.diffusion.presets import PRESETS
from generation.diffusion.schema import Category, Schema
from generation.diffusion.training import Trainer
from generation.diffusion.unet import UNetConfig

STEPS = 4


def losses(process: Process) -> list[float]:
    """The losses of a tiny model; the weights' sum comes last."""
    images = torch.arange(12 * 256).reshape(12, 16, 16).remainder(251).to(torch.uint8)
    codes = torch.arange(12).remainder(2).float()[:, None]
    config = ModelConfig(
        unet=UNetConfig(**PRESETS["tiny"].unet), schema=Schema((Category("group", ("a", "b")),))
    )
    trainer = Trainer(config, images, codes, TrainingOptions(batch=8, warmup=1), process)
    seen = [trainer.step().loss for _ in range(STEPS)]
    return [*seen, sum(float(value.abs().sum()) for value in trainer.ema.model.parameters())]


if __name__ == "__main__":
    torch.set_num_threads(1)
    with joined("cpu") as process:
        seen = losses(process)
        if process.is_first:
            sys.stdout.write(json.dumps({"count": process.count, "losses": seen}))
