"""Images for a quality report: pairs of one noise, a way between them, there and back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.diffusion.ddim import Denoiser, ddim, initial_noise, timesteps
from generation.diffusion.guidance import Guidance
from generation.diffusion.inversion import invert
from generation.diffusion.model import DiffusionModel
from generation.diffusion.network import Precision, make_network
from generation.diffusion.pixels import from_grey, to_grey
from generation.diffusion.sampling import Embed, denoiser, embedder
from generation.diffusion.schema import Conditions

Images = NDArray[np.uint8]
BATCH = 16
ROUNDS = 3  # of the fixed-point iteration that goes back to the noise


@dataclass(frozen=True)
class Artist:
    """A base stage with the way it is sampled. ``steps`` of DDIM, trailing."""

    model: DiffusionModel
    steps: int
    precision: Precision = "float32"

    @property
    def size(self) -> int:
        """Width and height of its images in pixels."""
        return self.model.config.unet.image_size

    def noise(self, seeds: Sequence[int]) -> Tensor:
        """One noise (1, size, size) for each seed, whatever others are asked for with it."""
        return torch.cat([initial_noise(seed, (1, 1, self.size, self.size)) for seed in seeds])

    @torch.inference_mode()
    def draw(self, seeds: Sequence[int], rows: Sequence[Conditions], guidance: Guidance) -> Images:
        """One image for each seed and row of conditions: (n, size, size)."""
        parts = []
        for start in range(0, len(seeds), BATCH):
            chosen = slice(start, start + BATCH)
            parts.append(
                self._sample(self.noise(seeds[chosen]), embedder(self.model, rows[chosen]), guidance)
            )
        return np.concatenate([to_grey(part) for part in parts])

    @torch.inference_mode()
    def way(self, seed: int, first: Conditions, second: Conditions, n: int, guidance: Guidance) -> Images:
        """``n`` frames from one row of conditions to another, embeddings interpolated: (n, size, size)."""
        parts = []
        for places in torch.linspace(0, 1, n).split(BATCH):
            embed = between(self.model, first, second, places)
            parts.append(self._sample(self.noise([seed]).expand(len(places), -1, -1, -1), embed, guidance))
        return np.concatenate([to_grey(part) for part in parts])

    @torch.inference_mode()
    def back(self, images: Images, rows: Sequence[Conditions]) -> tuple[Tensor, float]:
        """The noises from which images (n, size, size) are drawn without guidance, and the residual."""
        denoise = self._denoiser(embedder(self.model, rows), Guidance())
        found = invert(denoise, from_grey(torch.from_numpy(images)), *self._path(), rounds=ROUNDS)
        return found.noise, found.residual

    @torch.inference_mode()
    def again(self, noise: Tensor, rows: Sequence[Conditions]) -> Images:
        """The images (n, size, size) of noises that ``back`` found, under other conditions or the same."""
        denoise = self._denoiser(embedder(self.model, rows), Guidance())
        return to_grey(ddim(denoise, noise, *self._path(), limit=None))

    def _sample(self, noise: Tensor, embed: Embed, guidance: Guidance) -> Tensor:
        return ddim(self._denoiser(embed, guidance), noise, *self._path())

    def _denoiser(self, embed: Embed, guidance: Guidance) -> Denoiser:
        return denoiser(
            self.model, embed, guidance=guidance, network=make_network(self.model, self.precision)
        )

    def _path(self) -> tuple[Tensor, list[int]]:
        total = self.model.config.schedule.steps
        return self.model.alpha_bar, timesteps(total, min(self.steps, total), "trailing")


def between(model: DiffusionModel, first: Conditions, second: Conditions, places: Tensor) -> Embed:
    """Embeddings at ``places`` (n,) from 0 (``first``) to 1 (``second``)."""

    def embed(left_open: frozenset[str]) -> Tensor:
        start, end = (embedder(model, [row])(left_open) for row in (first, second))
        return torch.lerp(start, end, places[:, None])

    return embed
