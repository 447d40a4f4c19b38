"""The sampler DPM-Solver++(2M) (Lu et al. 2022, arXiv:2211.01095, algorithm 2): fewer steps than DDIM."""

from __future__ import annotations

import math

from torch import Tensor

from generation.diffusion.ddim import Denoiser


def dpm_solver(
    denoise: Denoiser, noise: Tensor, alpha_bar: Tensor, visited: list[int], *, limit: float | None = 1.0
) -> Tensor:
    """The image at the end of the path from ``noise`` (B, C, H, W), by second-order multisteps.

    Arguments as those of ``ddim``. The first step and the last one are of first order, which makes them
    DDIM's: there is no earlier image, and log-signal-to-noise is infinite at a clean image. It is also
    (negatively) infinite at a step without any signal, so the step after that one is of first order too.
    """
    x, earlier, last_h = noise, None, math.inf
    for t, following in zip(visited, [*visited[1:], None], strict=True):
        x0 = denoise(x, t)
        if limit is not None:
            x0 = x0.clamp(-limit, limit)
        if following is None:
            return x0
        now, then = float(alpha_bar[t]), float(alpha_bar[following])
        h = _log_ratio(then) - _log_ratio(now)
        towards = x0
        if earlier is not None:
            # 1 / (2 r) of the paper, with r the ratio of the last step to this one
            weight = h / (2 * last_h)
            towards = (1 + weight) * x0 - weight * earlier
        x = math.sqrt((1 - then) / (1 - now)) * x + math.sqrt(then) * -math.expm1(-h) * towards
        earlier, last_h = x0, h
    return x


def _log_ratio(alpha_bar: float) -> float:
    """Half the logarithm of the signal-to-noise ratio; minus infinity where there is no signal."""
    return 0.5 * math.log(alpha_bar / (1 - alpha_bar)) if alpha_bar > 0 else -math.inf
