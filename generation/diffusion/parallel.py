"""One process or several (``torchrun``): who this process is, and what all of them agree on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, distributed


@dataclass(frozen=True)
class Process:
    """``rank`` of ``count`` processes that train one model together, and the device it computes on."""

    rank: int = 0
    count: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def is_first(self) -> bool:
        """The first process alone writes files and talks."""
        return self.rank == 0

    def mean(self, value: Tensor) -> Tensor:
        """The mean of a scalar over all processes."""
        if self.count > 1:
            distributed.all_reduce(value)
            value = value / self.count
        return value


@contextmanager
def joined(device: str) -> Iterator[Process]:
    """This process among those that torchrun started; alone where it did not start any.

    On "cuda" each process takes the GPU of its local rank (NCCL), on "cpu" they talk by gloo.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Process(device=torch.device(device))
        return
    local = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if device == "cuda" else torch.device(device)
    distributed.init_process_group("nccl" if local.type == "cuda" else "gloo")
    try:
        yield Process(distributed.get_rank(), count, local)
    finally:
        distributed.destroy_process_group()
