"""A process whose memory really is too small: the batch is halved, the frames stay, or the reason is told."""

from __future__ import annotations

import errno
import json
import subprocess
import sys

import pytest
from django.conf import settings

from generation.diffusion.folder import CheckpointError
from generation.selectors.videos import FrameNotReady
from generation.tasks.failures import in_words
from generation.tasks.memory import TooLittleMemory

RENDER = """
import json, resource, sys
from pathlib import Path
import numpy as np, torch
from generation.counterfactual.rendering import Renderer
from generation.counterfactual.spec import VideoSpec
from generation.tasks.memory import TooLittleMemory, WithinMemory

torch.set_num_threads(1)
folder, n_frames, more = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
renderer = Renderer(Path(folder))
spec = VideoSpec(checkpoint_sha256=renderer.checkpoint_sha256, seed=1, value_from="female", value_to="male",
                 n_frames=n_frames, steps=1, guidance=2.0, super_resolution_steps=1, batch=n_frames)
renderer.frames(spec, 0, 0, at_once=4)
whole = renderer.frames(spec, 0, n_frames - 1) if more else None
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + int(more * 2**20),) * 2)
within = WithinMemory(renderer)
try:
    pixels = within.render(spec, 0, n_frames - 1, tick=lambda: None, source=None).frames
except TooLittleMemory:
    print(json.dumps("too little"))
else:
    off = np.abs(pixels.astype(int) - whole).max()
    print(json.dumps([within.at_once, len(pixels), int(off)]))
"""


def render_in(more_mib: float, folder, n_frames: int = 768):
    """What a process answers that may take only ``more_mib`` beyond what it has once the model is loaded."""
    command = [sys.executable, "-c", RENDER, str(folder), str(n_frames), str(more_mib)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=55)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_less_is_computed_at_once_when_memory_runs_out(tiny_model):
    at_once, n_frames, greatest_difference = render_in(64, tiny_model)
    assert 1 <= at_once < 768
    assert n_frames == 768
    assert greatest_difference <= 1


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TooLittleMemory(), "even with one frame at a time"),
        (FrameNotReady("Frame 3 of video x is not ready."), "Frame 3 of video x is not ready. Bring it back"),
        (OSError(errno.ENOSPC, "No space left on device"), "no space left for frames"),
        (PermissionError(13, "no"), "right to write"),
        (CheckpointError("config.json cannot be read"), "config.json cannot be read"),
        (ZeroDivisionError("division\nby zero"), "ZeroDivisionError: division. The worker's log"),
        (RuntimeError(), "no message"),
    ],
)
def test_an_error_is_told_in_words_that_say_what_to_do(error, says):
    assert says in in_words(error)
