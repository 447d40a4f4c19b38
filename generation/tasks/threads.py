"""How torch may use threads and memory; to be settled before torch is loaded."""

from __future__ import annotations

import ctypes
import os
import sys


def use_threads(n: int | None) -> None:
    """Let torch use ``n`` threads (None: all cores). Call it before anything else imports torch.

    Threads that wait then sleep. By default they spin, and where other processes want the cores too, the one
    that is waited for gets none: a step was seen to take ten times as long.
    """
    keep_memory()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    if n:
        torch.set_num_threads(n)


def keep_memory() -> None:
    """Let the allocator of Linux keep what is freed, instead of handing large blocks back at once.

    A network asks for the same large blocks again and again, and the kernel clears every page of a new
    one: a forward pass at 256 x 256 was seen to take a third longer. The process keeps its peak size.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            trim_threshold, mmap_max = -1, -4
            libc.mallopt(mmap_max, 0)
            libc.mallopt(trim_threshold, 2**31 - 1)
