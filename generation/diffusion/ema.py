"""The exponential moving average of a model's weights, which is what samples and is shipped."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

import torch
from torch import nn

ModelT = TypeVar("ModelT", bound=nn.Module)


class ExponentialMovingAverage(Generic[ModelT]):
    """``self.model`` follows a model that is being trained, on the same device.

    The decay grows as (1 + n) / (10 + n) up to ``decay``, so that the first updates are not drowned in
    the random initial weights (the warm-up of TensorFlow's ExponentialMovingAverage).
    """

    def __init__(self, model: ModelT, decay: float) -> None:
        self.model = copy.deepcopy(model).requires_grad_(False).eval()
        self.decay = decay

    @torch.no_grad()
    def update(self, model: ModelT, n: int) -> None:
        """Take in the weights of ``model`` after its ``n``-th step (from 0)."""
        decay = min(self.decay, (1 + n) / (10 + n))
        torch._foreach_lerp_(list(self.model.parameters()), list(model.parameters()), 1 - decay)
