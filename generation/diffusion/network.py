"""A stage's network as the samplers call it: in the precision that was asked for, output in float32."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from generation.diffusion.model import DiffusionModel
from generation.diffusion.sampling import Network

Precision = Literal["float32", "bfloat16"]


def make_network(model: DiffusionModel, precision: Precision) -> Network:
    """``model`` as a function; the state that a sampler carries stays in float32."""

    def network(x: Tensor, t: Tensor, embedding: Tensor) -> Tensor:
        with torch.autocast(x.device.type, torch.bfloat16, enabled=precision == "bfloat16"):
            return model(x, t, embedding).float()

    return network
