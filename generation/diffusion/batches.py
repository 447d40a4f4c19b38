"""What one optimizer step sees: drawn on the CPU from the seed and the step's number alone.

The whole batch is drawn by every process and only then divided, so that one process or several, with or
without accumulation, train on the same images, timesteps, noise and dropped conditions.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from generation.diffusion import superres
from generation.diffusion.conditioning import drop
from generation.diffusion.model import ModelConfig
from generation.diffusion.options import TrainingOptions
from generation.diffusion.pixels import from_grey
from generation.diffusion.schedule import add_noise, target_of


@dataclass(frozen=True)
class Batch:
    """Noisy images ``x`` (with what stands beside them), timesteps, codes, and what is to be predicted."""

    x: Tensor
    t: Tensor
    codes: Tensor
    x0: Tensor
    target: Tensor

    def parts(self, count: int) -> list[Batch]:
        """``count`` equal parts, in order."""
        pieces = zip(*(getattr(self, entry.name).chunk(count) for entry in fields(self)), strict=True)
        return [Batch(*piece) for piece in pieces]

    def to(self, device: torch.device) -> Batch:
        return Batch(*(getattr(self, entry.name).to(device, non_blocking=True) for entry in fields(self)))


def images_of(step: int, *, n: int, batch: int, seed: int) -> Tensor:
    """Indices of a step's images: each epoch is a new permutation of ``n``, cut into whole batches."""
    epoch, place = divmod(step, n // batch)
    order = np.random.default_rng([seed, epoch]).permutation(n)
    return torch.from_numpy(order[place * batch : (place + 1) * batch])


def draw(
    config: ModelConfig, options: TrainingOptions, alpha_bar: Tensor, images: Tensor, codes: Tensor, step: int
) -> Batch:
    """The batch of a step from images (N, H, W) uint8 and codes (N, attributes); seeds torch's generator."""
    seed = np.random.SeedSequence([options.seed, step]).generate_state(1, np.uint64)[0] >> 1
    torch.manual_seed(int(seed))
    chosen = images_of(step, n=len(images), batch=options.batch, seed=options.seed)
    x0, known = from_grey(images[chosen]), codes[chosen]
    if options.crop:
        x0 = superres.crop(x0, options.crop, config.upscale)
    # One timestep from each of B equal ranges: the loss varies less than with free draws.
    places = (torch.arange(len(x0)) + torch.rand(len(x0))) / len(x0)
    t = (places * config.schedule.steps).long().clamp(max=config.schedule.steps - 1)
    epsilon = torch.randn(x0.shape)
    signal = alpha_bar[t][:, None, None, None]
    x = add_noise(x0, epsilon, signal)
    if config.upscale > 1:
        small, levels = superres.degrade(x0, config.upscale, options.small_noise)
        x, known = torch.cat([x, small], dim=1), superres.codes(config.schema, levels)
    known = drop(known, joint=options.joint_dropout, single=options.single_dropout)
    return Batch(x, t, known, x0, target_of(config.target, x0, epsilon, signal))
