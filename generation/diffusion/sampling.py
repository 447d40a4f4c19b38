"""A trained stage as a denoiser for the samplers, and plain samples to see what it has learned."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.diffusion.conditioning import encode
from generation.diffusion.ddim import Denoiser, ddim, initial_noise, timesteps
from generation.diffusion.guidance import Guidance, combine, rescale
from generation.diffusion.model import DiffusionModel
from generation.diffusion.pixels import to_grey
from generation.diffusion.schedule import image_of
from generation.diffusion.schema import Category, Conditions

# Called before every evaluation of a network; may raise to stop a render that is no longer wanted.
Tick = Callable[[], None]
# The condition embedding (B, E) of a batch, with the named attributes left open
Embed = Callable[[frozenset[str]], Tensor]
# (x (B, C, H, W), timesteps (B,), embedding (B, E)) to the network's output, in float32
Network = Callable[[Tensor, Tensor, Tensor], Tensor]


def no_tick() -> None:
    """Never stops a render."""


def denoiser(
    model: DiffusionModel,
    embed: Embed,
    *,
    guidance: Guidance | None = None,
    beside: Tensor | None = None,
    network: Network | None = None,
    share: bool = True,
    every: int = 1,
    tick: Tick = no_tick,
) -> Denoiser:
    """``model`` under conditions, as a function from x_t (B, 1, H, W) to x_0, in the precision of x_t.

    ``beside`` (B, C, H, W) is what a super-resolution stage sees next to the noisy image. ``network``
    stands in for the model's own (see ``generation.diffusion.network``). All passes of guidance go through
    the network in one batch. Where all images are one (an expanded tensor, as at a video's first step), a
    pass with one embedding for all is evaluated once, unless ``share`` is off (which keeps shapes fixed).

    ``every`` above 1 is an approximation: what guidance adds to the conditional output is taken anew in
    every so many steps only, and kept between them.
    """
    guidance, network = guidance or Guidance(), network or model
    known = [attribute.name for attribute in model.config.schema.attributes]
    if guidance.attributes and model.config.conditioner == "joint":
        raise ValueError("This model leaves open all attributes or none; guide them by one scale.")
    embeddings = {left_open: embed(left_open) for left_open, _ in guidance.passes(known)}
    alike = {key: bool((embedding == embedding[:1]).all()) for key, embedding in embeddings.items()}
    calls, added = 0, torch.zeros(())

    def denoise(x: Tensor, t: int) -> Tensor:
        nonlocal calls, added
        tick()
        passes = guidance.passes(known, t)
        kept = len(passes) > 1 and calls % every > 0
        calls += 1
        if kept:
            passes = [(frozenset(), 1.0)]
        seen = (x if beside is None else torch.cat([x, beside], dim=1)).float()
        one = share and beside is None and len(x) > 1 and x.stride(0) == 0
        sizes = [1 if one and alike[left_open] else len(x) for left_open, _ in passes]
        rows = torch.cat([embeddings[key][:size] for (key, _), size in zip(passes, sizes, strict=True)])
        images = torch.cat([seen[:size] for size in sizes])
        times = torch.full((len(rows),), t, device=rows.device)
        output = network(images.contiguous(memory_format=torch.channels_last), times, rows)
        outputs = [part.expand(len(x), -1, -1, -1) for part in output.split(sizes)]
        if guidance.rescale_over == "image":
            # A network with learned variance has a second channel, which deterministic samplers do not use.
            outputs = [part[:, : x.shape[1]] for part in outputs]
        guided = combine(outputs, [weight for _, weight in passes])
        if guidance.rescale and len(passes) > 1:
            guided = rescale(guided, outputs[0], guidance.rescale, guidance.rescale_over)
        if kept:
            guided = guided + added
        elif every > 1:
            added = guided - outputs[0]
        return image_of(model.config.target, x, guided[:, : x.shape[1]], model.alpha_bar[t])

    return denoise


def embedder(model: DiffusionModel, conditions: Sequence[Conditions]) -> Embed:
    """The embeddings of one row of conditions for each image."""

    def embed(left_open: frozenset[str]) -> Tensor:
        rows = [{name: row[name] for name in row if name not in left_open} for row in conditions]
        return model.conditioner(encode(model.config.schema, rows).to(model.alpha_bar.device))

    return embed


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
    total = model.config.schedule.steps
    visited = timesteps(total, min(steps, total), "trailing")
    denoise = denoiser(model, embedder(model, conditions), guidance=Guidance(scale=scale))
    return ddim(denoise, noise, model.alpha_bar, visited)


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
