"""Training a stage: plain torch, every step a pure function of the seed, the step's number and the state.

A run that is interrupted and resumed draws the same batches, noise and dropout, and gives the same losses.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.diffusion import superres
from generation.diffusion.conditioning import drop
from generation.diffusion.ema import ExponentialMovingAverage
from generation.diffusion.model import DiffusionModel, ModelConfig
from generation.diffusion.pixels import from_grey
from generation.diffusion.schedule import add_noise, target_of


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """How to train; ``crop`` (0: whole images) and ``small_noise`` are for super-resolution stages."""

    batch: int = 32
    learning_rate: float = 4e-4
    warmup: int = 200
    clip: float = 1.0
    ema: float = 0.999
    joint_dropout: float = 0.1
    single_dropout: float = 0.0
    crop: int = 0
    small_noise: float = 0.1
    precision: Literal["float32", "bfloat16"] = "float32"
    seed: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Step:
    """What one step measured. The loss is the mean squared error of the target in [-1, 1] units."""

    number: int
    loss: float
    gradient: float
    seconds: float


class Trainer:
    """Trains ``self.model`` on images (N, H, W) uint8 and codes (N, attributes), into ``ema.model``."""

    def __init__(
        self,
        config: ModelConfig,
        images: Tensor,
        codes: Tensor,
        options: TrainingOptions,
        device: torch.device | str = "cpu",
    ) -> None:
        if len(images) < options.batch:
            raise ValueError(f"{len(images)} images are fewer than a batch of {options.batch}.")
        self.options, self.images, self.codes, self.device = options, images, codes, torch.device(device)
        torch.manual_seed(options.seed)
        self.model = DiffusionModel(config).to(self.device)
        self.ema = ExponentialMovingAverage(self.model, options.ema)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=options.learning_rate, weight_decay=0.0
        )
        self.done = 0

    def step(self) -> Step:
        """One optimizer step; raises FloatingPointError when the loss is no longer a number."""
        started, options = time.perf_counter(), self.options
        torch.manual_seed(
            int(np.random.SeedSequence([options.seed, self.done]).generate_state(1, np.uint64)[0] >> 1)
        )
        for group in self.optimizer.param_groups:
            group["lr"] = options.learning_rate * min(1.0, (self.done + 1) / max(1, options.warmup))
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._loss()
        if not bool(torch.isfinite(loss)):
            raise FloatingPointError(
                f"The loss of step {self.done} is {loss.item()}; lower the learning rate."
            )
        loss.backward()
        gradient = nn.utils.clip_grad_norm_(self.model.parameters(), options.clip)
        self.optimizer.step()
        self.ema.update(self.model, self.done)
        self.done += 1
        return Step(self.done - 1, loss.item(), gradient.item(), time.perf_counter() - started)

    def data_sha256(self) -> str:
        """A hash of the images and codes, in their order."""
        digest = hashlib.sha256(self.images.numpy().tobytes())
        digest.update(self.codes.numpy().tobytes())
        return digest.hexdigest()

    def batch_of(self, step: int) -> Tensor:
        """Indices of a step's images: each epoch is a new permutation, cut into whole batches."""
        n, batch = len(self.images), self.options.batch
        epoch, place = divmod(step, n // batch)
        order = np.random.default_rng([self.options.seed, epoch]).permutation(n)
        return torch.from_numpy(order[place * batch : (place + 1) * batch])

    def _loss(self) -> Tensor:
        model, options, device = self.model, self.options, self.device
        config = model.config
        chosen = self.batch_of(self.done)
        x0 = from_grey(self.images[chosen])
        if options.crop:
            x0 = superres.crop(x0, options.crop, config.upscale)
        # One timestep from each of B equal ranges: the loss varies less than with free draws.
        places = (torch.arange(len(x0)) + torch.rand(len(x0))) / len(x0)
        t = (places * config.schedule.steps).long().clamp(max=config.schedule.steps - 1)
        epsilon = torch.randn(x0.shape)
        alpha_bar = model.alpha_bar.cpu()[t][:, None, None, None]
        x = add_noise(x0, epsilon, alpha_bar)
        if config.upscale > 1:
            x = torch.cat([x, superres.degrade(x0, config.upscale, options.small_noise)], dim=1)
        codes = drop(self.codes[chosen], joint=options.joint_dropout, single=options.single_dropout)
        with torch.autocast(device.type, torch.bfloat16, enabled=options.precision == "bfloat16"):
            output = model(x.to(device), t.to(device), model.conditioner(codes.to(device)))
        return functional.mse_loss(
            output.float(), target_of(config.target, x0, epsilon, alpha_bar).to(device)
        )
