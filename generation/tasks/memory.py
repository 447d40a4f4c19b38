"""Rendering when the device's memory does not hold a whole group of frames."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from generation.counterfactual.spec import VideoSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generation.counterfactual.rendering import Rendered, Renderer
    from generation.diffusion.sampling import Tick

# torch raises a plain RuntimeError where memory of the machine, not of a GPU, ran out.
SIGNS = (
    "DefaultCPUAllocator",
    "not enough memory",
    "ALLOC_FAILED",
    "could not create a memory",
    "could not create a primitive",
)


class TooLittleMemory(Exception):
    """Not even one frame at a time fits into the device's memory."""


class WithinMemory:
    """A renderer that computes half as many frames at once whenever memory runs out, and stays with that."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.at_once: int | None = None

    def render(
        self, spec: VideoSpec, first: int, last: int, *, tick: Tick, source: NDArray[np.uint8] | None
    ) -> Rendered:
        """Frames ``first`` to ``last``, and how each was made. Raises TooLittleMemory."""
        while (rendered := self._attempt(spec, first, last, tick, source)) is None:
            self.at_once = (self.at_once or spec.batch) // 2
            if not self.at_once:
                raise TooLittleMemory
            _free()
        return rendered

    def _attempt(
        self, spec: VideoSpec, first: int, last: int, tick: Tick, source: NDArray[np.uint8] | None
    ) -> Rendered | None:
        # Returned from here, so that the error's traceback no longer holds what filled the memory.
        try:
            return self.renderer.render(spec, first, last, tick=tick, at_once=self.at_once, source=source)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            return None


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error of torch or Python says that memory ran out, on a GPU or on the machine."""
    import torch

    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or any(
        sign in str(error) for sign in SIGNS
    )


def _free() -> None:
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
