"""A stage's network as the samplers call it: in the precision that was asked for, output in float32."""

from __future__ import annotations

import copy
from typing import Literal

import torch
from torch import Tensor, nn

from generation.diffusion.model import DiffusionModel
from generation.diffusion.sampling import Network

Precision = Literal["float32", "bfloat16"]


def make_network(model: DiffusionModel, precision: Precision, *, compiled: bool = False) -> Network:
    """``model`` as a function; the state that a sampler carries stays in float32.

    Its weights are put into the layout in which convolutions are fastest (channels last). For bfloat16 the
    weights of convolutions and linear layers are rounded once, in a copy, instead of in every evaluation,
    to the same output; those of normalisations stay in float32. ``compiled`` compiles it for each shape
    that it meets, on CUDA into a graph that is replayed: worth its minutes there.
    """
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    unet = model.unet
    if precision == "bfloat16":
        unet = copy.deepcopy(unet)
        for layer in unet.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                layer.to(torch.bfloat16)
    forward = torch.compile(unet, dynamic=False, mode="reduce-overhead") if compiled else unet

    def network(x: Tensor, t: Tensor, embedding: Tensor) -> Tensor:
        with torch.autocast(x.device.type, torch.bfloat16, enabled=precision == "bfloat16"):
            # A replayed graph writes every output into the same memory.
            return forward(x, t, embedding).to(torch.float32, copy=compiled)

    return network
