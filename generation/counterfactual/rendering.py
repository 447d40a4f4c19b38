"""Rendering a video's frames: one initial noise, deterministic sampling, the condition's embedding moved."""

from __future__ import annotations

import platform
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.counterfactual.spec import VideoSpec, lambdas
from generation.diffusion import superres
from generation.diffusion.checkpoint import load_model
from generation.diffusion.ddim import ddim, initial_noise, timesteps
from generation.diffusion.folder import checkpoint_sha256, stages
from generation.diffusion.guidance import Guidance
from generation.diffusion.network import make_network
from generation.diffusion.pixels import to_grey
from generation.diffusion.sampling import Tick, denoiser, embedder, no_tick


class Renderer:
    """A model that is loaded once and renders any frames of any of its videos."""

    def __init__(self, folder: Path, device: torch.device | str = "cpu") -> None:
        self.device = torch.device(device)
        self.checkpoint_sha256 = checkpoint_sha256(folder)
        self.stages = [load_model(stage).to(self.device) for stage in stages(folder)]
        for model in self.stages:
            model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def frames(
        self, spec: VideoSpec, first: int, last: int, *, tick: Tick = no_tick, at_once: int | None = None
    ) -> NDArray[np.uint8]:
        """Frames ``first`` to ``last`` (inclusive): (n, H, W) grey levels.

        A frame is always computed in its own group of ``spec.batch`` frames (short groups are filled up by
        repeating the last frame), so its bytes are the same whatever range is asked for. Where memory is
        short, ``at_once`` computes a group in parts of that many frames; their last bits may differ.
        """
        if spec.checkpoint_sha256 != self.checkpoint_sha256:
            raise ValueError(
                f"The video was requested from checkpoint {spec.checkpoint_sha256[:12]}, but the files "
                f"are checkpoint {self.checkpoint_sha256[:12]}; put the original files back."
            )
        if not 0 <= first <= last < spec.n_frames:
            raise ValueError(f"Frames {first} to {last} are not in a video of {spec.n_frames}.")
        groups = [group for group in spec.groups() if group[0] <= last and group[1] >= first]
        rendered = [self._group(spec, *group, tick, at_once or spec.batch) for group in groups]
        start = groups[0][0]
        return np.concatenate(rendered)[first - start : last - start + 1]

    def _group(self, spec: VideoSpec, first: int, last: int, tick: Tick, size: int) -> NDArray[np.uint8]:
        way = lambdas(spec.n_frames)[first : last + 1]
        way += way[-1:] * (-len(way) % size)
        parts = [self._part(spec, way[start : start + size], tick) for start in range(0, len(way), size)]
        return np.concatenate(parts)[: last - first + 1]

    @torch.inference_mode()
    def _part(self, spec: VideoSpec, way: list[float], tick: Tick) -> NDArray[np.uint8]:
        images = self._base(spec, torch.tensor(way, device=self.device), tick)
        if len(self.stages) > 1 and spec.super_resolution_steps:
            images = self._enlarged(spec, images, tick)
        return to_grey(images)

    def _base(self, spec: VideoSpec, way: Tensor, tick: Tick) -> Tensor:
        model = self.stages[0]
        ends = embedder(model, spec.ends())

        def embed(left_open: frozenset[str]) -> Tensor:
            start, end = ends(left_open)
            return torch.lerp(start, end, way[:, None])

        guidance = Guidance(scale=spec.guidance, convention=spec.convention)
        network = make_network(model, spec.precision)
        denoise = denoiser(model, embed, guidance=guidance, network=network, tick=tick)
        noise = self._noise(spec, 0, model.config.unet.image_size, len(way))
        visited = timesteps(model.config.schedule.steps, spec.steps, spec.spacing)
        return ddim(denoise, noise, model.alpha_bar, visited)

    def _enlarged(self, spec: VideoSpec, small: Tensor, tick: Tick) -> Tensor:
        model = self.stages[1]
        large = superres.enlarge(small, model.config.upscale)
        embed = embedder(model, [superres.told(model.config.schema)] * len(small))
        network = make_network(model, spec.precision)
        denoise = denoiser(model, embed, beside=large, network=network, tick=tick)
        visited = timesteps(model.config.schedule.steps, spec.super_resolution_steps, spec.spacing)
        return ddim(denoise, self._noise(spec, 1, large.shape[-1], len(large)), model.alpha_bar, visited)

    def _noise(self, spec: VideoSpec, stage: int, size: int, n: int) -> Tensor:
        """The same noise for every frame; each stage has its own, so that none is used twice."""
        seed = np.random.SeedSequence([spec.seed, stage]).generate_state(1, np.uint64)[0] >> np.uint64(1)
        return initial_noise(int(seed), (1, 1, size, size)).expand(n, -1, -1, -1).to(self.device)

    def describe_device(self) -> str:
        """What the bytes may depend on besides the spec: device, its instruction set, version of torch."""
        if self.device.type == "cuda":
            return f"{torch.cuda.get_device_name(self.device)}, torch {torch.__version__}"
        return (
            f"cpu {platform.machine()} {torch.backends.cpu.get_cpu_capability()}, torch {torch.__version__}"
        )
