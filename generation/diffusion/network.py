"""A stage's network as the samplers call it: in the precision that was asked for, output in float32."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from generation.diffusion.model import DiffusionModel
from generation.diffusion.sampling import Network

Precision = Literal["float32", "bfloat16"]


def make_network(model: DiffusionModel, precision: Precision, *, compiled: bool = False) -> Network:
    """``model`` as a function; the state that a sampler carries stays in float32.

    Its weights are put into the layout in which convolutions are fastest (channels last). ``compiled``
    compiles it for each shape that it meets, on CUDA into a graph that is replayed: worth its minutes there.
    """
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    forward = torch.compile(model, dynamic=False, mode="reduce-overhead") if compiled else model

    def network(x: Tensor, t: Tensor, embedding: Tensor) -> Tensor:
        with torch.autocast(x.device.type, torch.bfloat16, enabled=precision == "bfloat16"):
            # A replayed graph writes every output into the same memory.
            return forward(x, t, embedding).to(torch.float32, copy=compiled)

    return network
