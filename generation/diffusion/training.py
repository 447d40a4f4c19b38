"""Training a stage: plain torch, every step a pure function of the seed, the step's number and the state.

A run that is interrupted and resumed draws the same batches, noise and dropout, and gives the same losses.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

from generation.diffusion.batches import Batch, draw
from generation.diffusion.ema import ExponentialMovingAverage
from generation.diffusion.losses import variance_bound
from generation.diffusion.model import DiffusionModel, ModelConfig
from generation.diffusion.options import TrainingOptions
from generation.diffusion.parallel import Process
from generation.diffusion.schedule import image_of


@dataclass(frozen=True)
class Step:
    """What one step measured. The loss is the mean squared error of the target in [-1, 1] units, plus the
    bound of the variance if that is learned; the gradient is its norm before clipping.
    """

    number: int
    loss: float
    gradient: float
    seconds: float


class Conditioned(nn.Module):
    """Model and conditioner as one function, which is what several processes keep equal."""

    def __init__(self, model: DiffusionModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, t: Tensor, codes: Tensor) -> Tensor:
        output: Tensor = self.model(x, t, self.model.conditioner(codes))
        return output


class Trainer:
    """Trains ``self.model`` on images (N, H, W) uint8 and codes (N, attributes), into ``ema.model``.

    Raises ValueError when the images are fewer than a batch, or a batch cannot be divided equally.
    """

    def __init__(
        self,
        config: ModelConfig,
        images: Tensor,
        codes: Tensor,
        options: TrainingOptions,
        process: Process | None = None,
    ) -> None:
        self.process = process or Process()
        shares = options.accumulate * self.process.count
        if len(images) < options.batch:
            raise ValueError(f"{len(images)} images are fewer than a batch of {options.batch}.")
        if options.batch % shares:
            raise ValueError(
                f"A batch of {options.batch} cannot be divided among {self.process.count} processes in "
                f"{options.accumulate} pieces each; choose a multiple of {shares}."
            )
        self.options, self.images, self.codes = options, images, codes
        torch.manual_seed(options.seed)
        self.model = DiffusionModel(config).to(self.process.device)
        self.ema = ExponentialMovingAverage(self.model, options.ema)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(),
            lr=options.learning_rate,
            weight_decay=options.weight_decay,
            fused=True,
        )
        self.done = 0
        self._network: nn.Module = Conditioned(self.model)
        if self.process.count > 1:
            self._network = DistributedDataParallel(self._network)
        self._alpha_bar = self.model.alpha_bar.cpu()

    def step(self) -> Step:
        """One optimizer step; raises FloatingPointError when the loss is no longer a number."""
        started, options = time.perf_counter(), self.options
        for group in self.optimizer.param_groups:
            group["lr"] = options.learning_rate * min(1.0, (self.done + 1) / max(1, options.warmup))
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._backward(self.batch())
        if not bool(torch.isfinite(loss)):
            raise FloatingPointError(
                f"The loss of step {self.done} is {loss.item()}; lower the learning rate."
            )
        gradient = nn.utils.clip_grad_norm_(self.model.parameters(), options.clip)
        self.optimizer.step()
        self.ema.update(self.model, self.done)
        self.done += 1
        return Step(self.done - 1, loss.item(), gradient.item(), time.perf_counter() - started)

    def batch(self) -> Batch:
        """All that the next step sees, over all processes."""
        return draw(self.model.config, self.options, self._alpha_bar, self.images, self.codes, self.done)

    def loss(self, batch: Batch) -> Tensor:
        """The mean loss of a batch that is on the device."""
        config, device = self.model.config, self.process.device
        with torch.autocast(device.type, torch.bfloat16, enabled=self.options.precision == "bfloat16"):
            output = self._network(batch.x, batch.t, batch.codes).float()
        error = functional.mse_loss(output[:, :1], batch.target)
        if not config.unet.learned_variance:
            return error
        alpha_bar = self.model.alpha_bar[batch.t][:, None, None, None]
        seen = image_of(config.target, batch.x[:, :1], output[:, :1].detach(), alpha_bar)
        bound = variance_bound(output[:, 1:], seen, batch.x0, batch.t, self.model.alpha_bar)
        return error + bound.mean() * config.schedule.steps / 1000

    def data_sha256(self) -> str:
        """A hash of the images and codes, in their order."""
        digest = hashlib.sha256(self.images.numpy().tobytes())
        digest.update(self.codes.numpy().tobytes())
        return digest.hexdigest()

    def _backward(self, batch: Batch) -> Tensor:
        """Gradients of this process's share, piece by piece; the mean loss over all processes."""
        pieces = batch.parts(self.options.accumulate * self.process.count)[
            self.process.rank :: self.process.count
        ]
        total = torch.zeros((), device=self.process.device)
        for number, piece in enumerate(pieces, start=1):
            with self._apart() if number < len(pieces) else nullcontext():
                loss = self.loss(piece.to(self.process.device)) / len(pieces)
                loss.backward()
            total += loss.detach()
        return self.process.mean(total)

    def _apart(self) -> AbstractContextManager[None]:
        """Gradients are added up here and exchanged with the other processes only once a step."""
        network = self._network
        return network.no_sync() if isinstance(network, DistributedDataParallel) else nullcontext()
