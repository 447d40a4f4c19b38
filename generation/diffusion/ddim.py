"""The DDIM sampler with eta = 0 (Song et al. 2021, arXiv:2010.02502), as a function of a denoiser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from generation.diffusion.schedule import noise_of

Spacing = Literal["leading", "trailing"]
# (x_t, t) to the image x_0 that the model sees in x_t
Denoiser = Callable[[Tensor, int], Tensor]


def timesteps(total: int, steps: int, spacing: Spacing) -> list[int]:
    """The timesteps that are visited, falling.

    "leading" starts below the noisiest step (0, 5, ... 995 for 200 of 1,000); "trailing" starts at it, which
    a model trained with zero terminal signal needs (Lin et al. 2023, arXiv:2305.08891, section 3.3).
    """
    if not 1 <= steps <= total:
        raise ValueError(f"{steps} steps were asked for; a schedule of {total} has 1 to {total}.")
    if spacing == "leading":
        stride = total // steps
        return [stride * step for step in reversed(range(steps))]
    return [round(total * (steps - step) / steps) - 1 for step in range(steps)]


def ddim(
    denoise: Denoiser, noise: Tensor, alpha_bar: Tensor, visited: list[int], *, limit: float | None = 1.0
) -> Tensor:
    """The image at the end of the path from ``noise`` (B, C, H, W); equation 12 with sigma = 0.

    ``alpha_bar`` (T,) is the model's schedule. The predicted image is clipped to [-limit, limit] in every
    step, and the noise is taken anew from the clipped image; None does not clip.
    """
    x = noise
    for t, following in zip(visited, [*visited[1:], None], strict=True):
        now = alpha_bar[t]
        x0 = denoise(x, t)
        if limit is not None:
            x0 = x0.clamp(-limit, limit)
        if following is None:
            return x0
        then = alpha_bar[following]
        x = then.sqrt() * x0 + (1 - then).sqrt() * noise_of(x, x0, now)
    return x


def initial_noise(seed: int, shape: tuple[int, ...]) -> Tensor:
    """Standard normal noise of a seed, drawn on the CPU so that every device starts from the same."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
