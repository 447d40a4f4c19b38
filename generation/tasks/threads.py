"""How many threads torch may use; to be settled before torch is loaded."""

from __future__ import annotations

import os


def use_threads(n: int | None) -> None:
    """Let torch use ``n`` threads (None: all cores). Call it before anything else imports torch.

    Threads that wait then sleep. By default they spin, and where other processes want the cores too, the one
    that is waited for gets none: a step was seen to take ten times as long.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    if n:
        torch.set_num_threads(n)
