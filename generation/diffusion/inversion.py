"""From a picture back to the noise that DDIM draws it from (Song et al. 2021, arXiv:2010.02502, section 4.3).

A DDIM step is  x_s = c x_t + d v(x_t, t)  with known numbers c, d and the model's prediction v, so going
back means to solve for x_t. Three ways, from cheap to exact:

* ``invert(rounds=1)``: v(x_s, t) instead of v(x_t, t), the usual approximation;
* ``invert(rounds=n)``: fixed-point iteration, exact where it converges; the residual says how far it came
  (Pan et al. 2023, arXiv:2309.04907);
* ``coupled`` and ``coupled_invert``: another sampler with two states, whose steps can be solved without
  any iteration (EDICT; Wallace et al. 2023, arXiv:2211.12446, equations 14 and 15).

Pictures that a model draws at a high guidance scale are not inverted well: invert at the conditional model
itself. Nothing is clipped here, because what was clipped cannot be recovered; sample with ``limit=None``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from torch import Tensor

from generation.diffusion.ddim import Denoiser


class Inverted(NamedTuple):
    """``noise`` (B, C, H, W), and how far the worst step was from solved, in units of the state."""

    noise: Tensor
    residual: float


class Step(NamedTuple):
    """x_s = keep x_t + add v(x_t, t): a rotation by the angle between the two noise levels.

    In terms of v (Salimans and Ho 2022, arXiv:2202.00512, appendix D) a step is defined from a level without
    any signal as well as down to the picture itself, where noise or image as prediction divide by zero.
    """

    t: int
    now: Tensor
    keep: float
    add: float

    def predicted(self, denoise: Denoiser, x: Tensor) -> Tensor:
        """v, in the precision of ``x``."""
        return (self.now.sqrt() * x - denoise(x, self.t)) / (1 - self.now).sqrt()


def steps(alpha_bar: Tensor, visited: list[int]) -> list[Step]:
    """The steps of ``ddim`` along the falling timesteps ``visited``; the last one ends at the picture."""
    path = []
    for t, following in zip(visited, [*visited[1:], None], strict=True):
        now = alpha_bar[t].double()
        a, b = float(now), 1.0 if following is None else float(alpha_bar[following])
        keep = math.sqrt(a * b) + math.sqrt((1 - a) * (1 - b))
        path.append(Step(t, now, keep, math.sqrt(a * (1 - b)) - math.sqrt((1 - a) * b)))
    return path


def invert(
    denoise: Denoiser,
    image: Tensor,
    alpha_bar: Tensor,
    visited: list[int],
    *,
    rounds: int = 20,
    tolerance: float = 1e-6,
) -> Inverted:
    """The noise from which ``ddim(..., limit=None)`` draws ``image`` (B, C, H, W), in float64.

    Each step takes up to ``rounds`` evaluations and ends when an iteration changes nothing by more than
    ``tolerance``. Raises ValueError for a path of one step that starts without signal: it has no inverse.
    """
    x, worst = image.double(), 0.0
    if len(visited) == 1 and float(alpha_bar[visited[0]]) == 0:
        raise ValueError("A single step from pure noise forgets the noise; use more steps.")
    for step in reversed(steps(alpha_bar, visited)):
        later, change = x, math.inf
        for _ in range(rounds):
            solved = (later - step.add * step.predicted(denoise, x)) / step.keep
            change, x = float((solved - x).abs().max()), solved
            if change <= tolerance:
                break
        worst = max(worst, change)
    return Inverted(x, worst)


def coupled(
    denoise: Denoiser, pair: tuple[Tensor, Tensor], alpha_bar: Tensor, visited: list[int], mix: float = 0.93
) -> tuple[Tensor, Tensor]:
    """EDICT's sampler: two states that step by each other's predictions; the first one is the picture."""
    x, y = (state.double() for state in pair)
    for step in steps(alpha_bar, visited):
        x = step.keep * x + step.add * step.predicted(denoise, y)
        y = step.keep * y + step.add * step.predicted(denoise, x)
        x = mix * x + (1 - mix) * y
        y = mix * y + (1 - mix) * x
    return x, y


def coupled_invert(
    denoise: Denoiser, image: Tensor, alpha_bar: Tensor, visited: list[int], mix: float = 0.93
) -> tuple[Tensor, Tensor]:
    """The pair from which ``coupled`` draws ``image``, without iteration and up to rounding."""
    x = y = image.double()
    for step in reversed(steps(alpha_bar, visited)):
        y = (y - (1 - mix) * x) / mix
        x = (x - (1 - mix) * y) / mix
        y = (y - step.add * step.predicted(denoise, x)) / step.keep
        x = (x - step.add * step.predicted(denoise, y)) / step.keep
    return x, y
