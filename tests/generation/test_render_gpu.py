"""The GPU benchmark is run at toy sizes on the CPU, so that it works on the day that there is a GPU."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "render_gpu.py"


def run(*arguments):
    done = subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_at_toy_sizes_it_ends_with_its_table():
    lines = run("--tiny", "--no-peer").splitlines()
    row = [cell.strip() for cell in lines[-1].strip("|").split("|")]
    assert row[0] == "here"
    base, second, video = map(float, row[1:4])
    assert base > 0
    assert second > 0
    assert abs(base + second - video) < 0.01 * video
    floor = float(lines[-2].split("|")[4])
    assert re.fullmatch(r"[\d.]+%", row[4])
    assert float(row[4][:-1]) == round(100 * floor / video, 1)


def test_the_paper_sizes_cost_what_the_table_of_the_reference_says():
    """One evaluation of Mediffusion's networks: 0.5054 and 1.9850 TFLOP (torch.utils.flop_counter)."""
    code = (
        f"import sys; sys.path[:0] = [{str(SCRIPT.parent)!r}]; import render_gpu as r; "
        "n = r.networks(tiny=False); print(r.flops(n['base']), r.flops(n['super']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    base, second = (float(value) / 1e12 for value in done.stdout.split())
    assert abs(base - 0.5054) < 0.002
    assert abs(second - 1.9850) < 0.002
