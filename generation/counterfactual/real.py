"""A video that begins at a real radiograph: the state it is drawn from, and how near the drawing comes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.counterfactual.spec import VideoSpec
from generation.diffusion.ddim import Denoiser, ddim
from generation.diffusion.inversion import coupled, coupled_invert, invert
from generation.diffusion.pixels import from_grey, to_levels


class Start(NamedTuple):
    """The sampler's initial ``states`` (1, 1, H, W), one or a coupled pair; ``report`` is for the manifest:
    the round trip's error in grey levels, under the radiograph's own conditions and without guidance."""

    states: tuple[Tensor, ...]
    report: dict[str, float]


@torch.inference_mode()
def start_from(
    denoise: Denoiser, source: NDArray[np.uint8], spec: VideoSpec, alpha_bar: Tensor, visited: list[int]
) -> Start:
    """Where a video of ``source`` (H, W) begins. ``denoise`` is the conditional model without guidance:
    what is inverted under strong guidance does not come back (see ``generation.diffusion.inversion``).
    """
    image = from_grey(torch.from_numpy(source.copy())[None]).to(alpha_bar.device)
    states: tuple[Tensor, ...]
    if spec.inversion == "coupled":
        pair = coupled_invert(denoise, image, alpha_bar, visited)
        drawn, states, residual = coupled(denoise, pair, alpha_bar, visited)[0], pair, 0.0
    else:
        noise, residual = invert(denoise, image, alpha_bar, visited, tolerance=1e-4)
        drawn, states = ddim(denoise, noise, alpha_bar, visited, limit=None), (noise,)
    return Start(states, {"residual": residual, **deviation(to_levels(drawn)[0], source)})


def deviation(got: NDArray[np.generic], expected: NDArray[np.generic]) -> dict[str, float]:
    """Mean, 99th percentile and greatest absolute difference of two pictures, in grey levels."""
    levels = np.abs(got.astype(float) - expected.astype(float))
    return {
        "mean": float(levels.mean()),
        "p99": float(np.percentile(levels, 99)),
        "max": float(levels.max()),
    }
