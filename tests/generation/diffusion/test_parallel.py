from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generation.diffusion.parallel import Process
from tests.generation.diffusion import train_together

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.timeout(240)  # three processes load torch
def test_two_processes_train_as_one_with_the_same_batch():
    """Each of the two sees half of every batch: losses and weights are those of one that sees it whole."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"),
            *("-m", train_together.__name__),
        ],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=230,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    together = json.loads(run.stdout)
    assert together["count"] == 2
    assert together["losses"] == pytest.approx(train_together.losses(Process()), rel=1e-5)
