"""A trained stage as a denoiser for the samplers, and plain samples to see what it has learned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.diffusion import guidance
from generation.diffusion.conditioning import encode
from generation.diffusion.ddim import Denoiser, ddim, initial_noise, timesteps
from generation.diffusion.model import DiffusionModel
from generation.diffusion.pixels import to_grey
from generation.diffusion.schedule import image_of
from generation.diffusion.schema import Category, Conditions

# Called before every evaluation of a network; may raise to stop a render that is no longer wanted.
Tick = Callable[[], None]


def no_tick() -> None:
    """Never stops a render."""


def denoiser(
    model: DiffusionModel,
    embedding: Tensor,
    *,
    scale: float = 1.0,
    convention: guidance.Convention = "from null",
    beside: Tensor | None = None,
    precision: Literal["float32", "bfloat16"] = "float32",
    tick: Tick = no_tick,
) -> Denoiser:
    """``model`` under a condition embedding (B, E), guided by ``scale``, as a function from x_t to x_0.

    ``beside`` (B, C, H, W) is what a super-resolution stage sees next to the noisy image. The conditional
    and the null output are computed in one batch; sampler arithmetic stays in float32.
    """
    device = embedding.device
    guided = guidance.needs_null(scale, convention)
    if guided:
        null = model.conditioner(encode(model.config.schema, [{}]).to(device))
        embedding = torch.cat([embedding, null.expand_as(embedding)])

    def denoise(x: Tensor, t: int) -> Tensor:
        tick()
        seen = x if beside is None else torch.cat([x, beside], dim=1)
        seen = (torch.cat([seen, seen]) if guided else seen).contiguous(memory_format=torch.channels_last)
        steps = torch.full((len(seen),), t, device=device)
        with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"):
            output = model(seen, steps, embedding).float()
        if guided:
            conditional, unconditional = output.chunk(2)
            output = guidance.combine(conditional, unconditional, scale, convention)
        return image_of(model.config.target, x, output, model.alpha_bar[t])

    return denoise


@torch.inference_mode()
def sample(
    model: DiffusionModel,
    noise: Tensor,
    conditions: Sequence[Conditions],
    *,
    steps: int = 50,
    scale: float = 1.0,
) -> Tensor:
    """One image (B, 1, H, W) in [-1, 1] for each row of noise and conditions, by DDIM."""
    embedding = model.conditioner(encode(model.config.schema, conditions).to(noise.device))
    total = model.config.schedule.steps
    visited = timesteps(total, min(steps, total), "trailing")
    return ddim(denoiser(model, embedding, scale=scale), noise, model.alpha_bar, visited)


def sample_grid(
    model: DiffusionModel, *, columns: int = 8, seed: int = 0, scale: float = 2.0
) -> NDArray[np.uint8]:
    """A picture with one row of samples for each value of the first category; a column shares its noise."""
    categories = [
        attribute for attribute in model.config.schema.attributes if isinstance(attribute, Category)
    ]
    rows: list[Conditions] = (
        [{categories[0].name: value} for value in categories[0].values] if categories else [{}]
    )
    size = model.config.unet.image_size
    noise = initial_noise(seed, (columns, 1, size, size)).to(model.alpha_bar.device)
    images = [to_grey(sample(model, noise, [row] * columns, scale=scale)) for row in rows]
    return np.vstack([np.hstack(list(row)) for row in images])
