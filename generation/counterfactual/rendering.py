"""Rendering a video's frames: one initial noise, deterministic sampling, the condition's embedding moved."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.counterfactual.keyframes import Levels, keyframed
from generation.counterfactual.path import along
from generation.counterfactual.real import Start, deviation, start_from
from generation.counterfactual.spec import VideoSpec, lambdas
from generation.diffusion import superres
from generation.diffusion.checkpoint import load_model
from generation.diffusion.ddim import Denoiser, ddim, initial_noise, timesteps
from generation.diffusion.dpm_solver import dpm_solver
from generation.diffusion.folder import checkpoint_sha256, stages
from generation.diffusion.guidance import Guidance
from generation.diffusion.inversion import coupled
from generation.diffusion.network import make_network
from generation.diffusion.pixels import to_levels
from generation.diffusion.sampling import Network, Tick, denoiser, embedder, no_tick

SAMPLERS = {"ddim": ddim, "dpm-solver++": dpm_solver}


class Rendered(NamedTuple):
    """``frames`` (n, H, W), and how each was made, as JSON values for the manifest."""

    frames: NDArray[np.uint8]
    made: list[dict[str, Any]]


class Renderer:
    """A model that is loaded once and renders any frames of any of its videos."""

    def __init__(self, folder: Path, device: torch.device | str = "cpu", *, compiled: bool = False) -> None:
        self.device, self.compiled = torch.device(device), compiled
        self.checkpoint_sha256 = checkpoint_sha256(folder)
        self.stages = [load_model(stage).to(self.device) for stage in stages(folder)]
        self._networks: dict[tuple[int, str], Network] = {}
        self._starts: dict[str, Start] = {}

    def frames(
        self, spec: VideoSpec, first: int, last: int, *, tick: Tick = no_tick, at_once: int | None = None
    ) -> NDArray[np.uint8]:
        """Frames ``first`` to ``last`` (inclusive): (n, H, W) grey levels."""
        return self.render(spec, first, last, tick=tick, at_once=at_once).frames

    def render(
        self,
        spec: VideoSpec,
        first: int,
        last: int,
        *,
        tick: Tick = no_tick,
        at_once: int | None = None,
        source: NDArray[np.uint8] | None = None,
    ) -> Rendered:
        """Frames ``first`` to ``last`` (inclusive), and how they were made.

        A frame is always computed in its own group of ``spec.batch`` frames (short groups are filled up by
        repeating the last frame), so its bytes are the same whatever range is asked for; keyframes, which
        are few, are not filled up. Where memory is short, ``at_once`` computes a group in parts of that
        many frames; their last bits may differ.
        ``source`` (H, W) is the radiograph of ``spec.source``, in the size of the first stage. Raises
        ValueError for frames that are not in the video, for other weights than the video's, and for a
        radiograph that is missing.
        """
        if spec.checkpoint_sha256 != self.checkpoint_sha256:
            raise ValueError(
                f"The video was requested from checkpoint {spec.checkpoint_sha256[:12]}, but the files "
                f"are checkpoint {self.checkpoint_sha256[:12]}; put the original files back."
            )
        if not 0 <= first <= last < spec.n_frames:
            raise ValueError(f"Frames {first} to {last} are not in a video of {spec.n_frames}.")
        groups = [group for group in spec.groups() if group[0] <= last and group[1] >= first]
        parts = [self._group(spec, range(start, end + 1), tick, at_once, source) for start, end in groups]
        wanted = slice(first - groups[0][0], last - groups[0][0] + 1)
        made = [entry for part in parts for entry in part.made]
        return Rendered(np.concatenate([part.frames for part in parts])[wanted], made[wanted])

    def _group(
        self,
        spec: VideoSpec,
        group: range,
        tick: Tick,
        at_once: int | None,
        source: NDArray[np.uint8] | None,
    ) -> Rendered:
        def render(frames: Sequence[int], spec: VideoSpec = spec) -> Levels:
            size = min(at_once or spec.batch, spec.batch)
            filling = -len(frames) % size if spec.keyframe_bound is None or self.compiled else 0
            padded = [*frames, *[frames[-1]] * filling]
            parts = [padded[start : start + size] for start in range(0, len(padded), size)]
            return np.concatenate([self._levels(spec, part, tick, source) for part in parts])[: len(frames)]

        made: list[dict[str, Any]] = [{"origin": "rendered"} for _ in group]
        if spec.is_null():
            levels = np.repeat(render([0]), len(group), axis=0)
        elif spec.keyframe_bound is not None:
            levels, bounds = dataclasses.astuple(keyframed(render, spec.n_frames, spec.keyframe_bound))
            made = [
                {"origin": "rendered"} if bound is None else {"origin": "interpolated", "bound": bound}
                for bound in bounds
            ]
        else:
            levels = render([*group])
        if spec.approximation:
            middle = len(group) // 2
            error = deviation(levels[middle], render([group[middle]], spec.exact())[0])
            for entry in made:
                entry |= {"approximation": spec.approximation, "error": {"frame": group[middle], **error}}
        if spec.source:
            for entry in made:
                entry["inversion"] = self._start(spec, source, tick).report
        return Rendered(levels.round().astype(np.uint8), made)

    @torch.inference_mode()
    def _levels(
        self, spec: VideoSpec, frames: Sequence[int], tick: Tick, source: NDArray[np.uint8] | None
    ) -> Levels:
        """Grey levels 0-255 before rounding, (n, H, W)."""
        way = torch.tensor([lambdas(spec.n_frames)[frame] for frame in frames], device=self.device)
        images = self._base(spec, way, tick, source)
        if len(self.stages) > 1 and spec.super_resolution_steps:
            images = self._enlarged(spec, images, tick)
        return to_levels(images)

    def _base(self, spec: VideoSpec, way: Tensor, tick: Tick, source: NDArray[np.uint8] | None) -> Tensor:
        model = self.stages[0]
        guidance = Guidance(
            scale=None if spec.attribute_guidance else spec.guidance,
            attributes=spec.attribute_guidance,
            convention=spec.convention,
            interval=spec.guidance_interval,
            rescale=spec.rescale,
            rescale_over=spec.rescale_over,
        )
        denoise = denoiser(
            model,
            along(embedder(model, spec.ends()), way, spec.interpolation),
            guidance=guidance,
            network=self._network(0, spec.precision),
            share=not self.compiled,
            every=2 if spec.approximation == "cached guidance" else 1,
            tick=tick,
        )
        visited = timesteps(model.config.schedule.steps, spec.steps, spec.spacing)
        if not spec.source:
            noise = self._noise(spec, 0, model.config.unet.image_size, len(way))
            return SAMPLERS[spec.sampler](denoise, noise, model.alpha_bar, visited)
        start = self._start(spec, source, tick)
        states = [state.expand(len(way), -1, -1, -1) for state in start.states]
        if spec.inversion == "coupled":
            return coupled(denoise, (states[0], states[1]), model.alpha_bar, visited)[0]
        return ddim(denoise, states[0], model.alpha_bar, visited, limit=None)

    def _start(self, spec: VideoSpec, source: NDArray[np.uint8] | None, tick: Tick) -> Start:
        """Where a real radiograph's video begins; found once, at the conditions of the first frame."""
        if source is None:
            raise ValueError(f"The video begins at the radiograph {spec.source[:12]}, which was not given.")
        key = spec.sha256()
        if key not in self._starts:
            model = self.stages[0]
            conditional: Denoiser = denoiser(
                model,
                embedder(model, spec.ends()[:1]),
                network=self._network(0, spec.precision),
                tick=tick,
            )
            visited = timesteps(model.config.schedule.steps, spec.steps, spec.spacing)
            self._starts = {key: start_from(conditional, source, spec, model.alpha_bar, visited)}
        return self._starts[key]

    def _enlarged(self, spec: VideoSpec, small: Tensor, tick: Tick) -> Tensor:
        model = self.stages[1]
        large = superres.enlarge(small.float(), model.config.upscale)
        network = self._network(1, spec.precision)
        denoise = denoiser(
            model, embedder(model, [{}] * len(small)), beside=large, network=network, tick=tick
        )
        visited = timesteps(model.config.schedule.steps, spec.super_resolution_steps, spec.spacing)
        noise = self._noise(spec, 1, large.shape[-1], len(small))
        return SAMPLERS[spec.sampler](denoise, noise, model.alpha_bar, visited)

    def _network(self, stage: int, precision: Any) -> Network:
        if (stage, precision) not in self._networks:
            self._networks[stage, precision] = make_network(
                self.stages[stage], precision, compiled=self.compiled
            )
        return self._networks[stage, precision]

    def _noise(self, spec: VideoSpec, stage: int, size: int, frames: int) -> Tensor:
        """The same noise for every frame; each stage has its own, so that none is used twice."""
        seed = np.random.SeedSequence([spec.seed, stage]).generate_state(1, np.uint64)[0] >> np.uint64(1)
        return initial_noise(int(seed), (1, 1, size, size)).to(self.device).expand(frames, -1, -1, -1)

    def describe_device(self) -> str:
        """What the bytes may depend on besides the spec: device, its instruction set, version of torch."""
        if self.device.type == "cuda":
            return f"{torch.cuda.get_device_name(self.device)}, torch {torch.__version__}"
        return (
            f"cpu {platform.machine()} {torch.backends.cpu.get_cpu_capability()}, torch {torch.__version__}"
        )
