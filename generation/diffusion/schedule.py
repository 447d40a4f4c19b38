"""How much noise there is at each timestep, and what a network's output says about image and noise.

x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) epsilon    (Ho et al. 2020, arXiv:2006.11239, equation 4)
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch
from torch import Tensor

Target = Literal["epsilon", "v", "x0"]


@dataclass(frozen=True)
class Schedule:
    """A noise schedule of ``steps`` timesteps; ``zero_terminal_snr`` makes the last one pure noise."""

    kind: Literal["cosine", "linear"] = "cosine"
    steps: int = 1000
    zero_terminal_snr: bool = True

    def alphas_cumprod(self) -> Tensor:
        """alpha_bar_t for t = 0 ... steps - 1: (steps,) float64, decreasing."""
        betas = cosine_betas(self.steps) if self.kind == "cosine" else linear_betas(self.steps)
        alpha_bar = torch.cumprod(1 - betas, dim=0)
        return without_terminal_signal(alpha_bar) if self.zero_terminal_snr else alpha_bar

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def cosine_betas(steps: int, s: float = 0.008, largest: float = 0.999) -> Tensor:
    """Nichol and Dhariwal 2021 (arXiv:2102.09672), equation 17."""
    f = torch.cos((torch.arange(steps + 1, dtype=torch.float64) / steps + s) / (1 + s) * math.pi / 2) ** 2
    return (1 - f[1:] / f[:-1]).clamp(max=largest)


def linear_betas(steps: int) -> Tensor:
    """Ho et al. 2020, section 4: from 1e-4 to 0.02 in 1,000 steps, scaled to other numbers of steps."""
    scale = 1000 / steps
    return torch.linspace(1e-4 * scale, 0.02 * scale, steps, dtype=torch.float64).clamp(max=0.999)


def without_terminal_signal(alpha_bar: Tensor) -> Tensor:
    """Lin et al. 2023 (arXiv:2305.08891), algorithm 1: shift and scale sqrt(alpha_bar) to end at zero."""
    root = alpha_bar.sqrt()
    return ((root - root[-1]) * root[0] / (root[0] - root[-1])) ** 2


def add_noise(x0: Tensor, epsilon: Tensor, alpha_bar: Tensor) -> Tensor:
    """x_t from an image and noise; ``alpha_bar`` broadcasts against them."""
    return alpha_bar.sqrt() * x0 + (1 - alpha_bar).sqrt() * epsilon


def target_of(kind: Target, x0: Tensor, epsilon: Tensor, alpha_bar: Tensor) -> Tensor:
    """What a network with this target learns to predict; v is Salimans and Ho 2022 (arXiv:2202.00512), 4."""
    if kind == "epsilon":
        return epsilon
    if kind == "x0":
        return x0
    return alpha_bar.sqrt() * epsilon - (1 - alpha_bar).sqrt() * x0


def image_of(kind: Target, x_t: Tensor, output: Tensor, alpha_bar: Tensor) -> Tensor:
    """The image x_0 that a network's output implies. Raises ValueError where epsilon leaves it undefined."""
    if kind == "x0":
        return output
    if kind == "v":
        return alpha_bar.sqrt() * x_t - (1 - alpha_bar).sqrt() * output
    if bool((alpha_bar == 0).any()):
        raise ValueError("A model that predicts epsilon says nothing of the image where no signal is left.")
    return (x_t - (1 - alpha_bar).sqrt() * output) / alpha_bar.sqrt()


def noise_of(x_t: Tensor, x0: Tensor, alpha_bar: Tensor) -> Tensor:
    """The noise epsilon that ``x_t`` holds besides ``x0``."""
    return (x_t - alpha_bar.sqrt() * x0) / (1 - alpha_bar).sqrt()
