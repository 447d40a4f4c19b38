"""One video at the paper's sizes on a GPU: seconds, share of the device's peak, Mediffusion in the same run.

    python benchmarks/render_gpu.py [--environment FOLDER] [--batch 12] [--super-batch 6] [--steps 4]
    python benchmarks/render_gpu.py --tiny [--no-peer]

Takes under 8 minutes, the making of Mediffusion's environment excepted; the table comes last. A video is 180
frames of 1024 x 1024: 200 guided steps of the base stage (256 x 256, 128 channels), 200 steps of the second
(1024 x 1024, 64 channels), in bfloat16. It is not rendered as a whole: a step costs the same wherever it is,
so a few steps are timed and the video's seconds follow by proportion, as the table says. Weights are random.
--tiny runs the same on the CPU at toy sizes, to test this script; its numbers mean nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
FRAMES, STEPS = 180, 200
PAPER_SECONDS = 101 * 60
SUPER = {"in_channels": 2, "concat_channels": 1, "out_channels": 1, "num_classes": 0, "num_heads": 4}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--environment", type=Path, help="of Mediffusion: made or used")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--super-batch", type=int, default=6)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--tiny", action="store_true", help="toy sizes on the CPU")
    parser.add_argument("--no-peer", action="store_true", help="without Mediffusion")
    chosen = parser.parse_args()
    if not torch.cuda.is_available() and not chosen.tiny:
        print("No CUDA device here: nothing was measured. --tiny runs the script on the CPU.")
        return 0
    device = "cpu" if chosen.tiny else "cuda"
    batches = {"base": 2 if chosen.tiny else chosen.batch, "super": 2 if chosen.tiny else chosen.super_batch}
    configurations = networks(tiny=chosen.tiny)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        for kind, settings in configurations.items():
            (work / f"{kind}.yaml").write_text(yaml.safe_dump(settings))
        seconds = timed(work, device, batches, chosen)
    peak = peak_rate(device)
    work_of = {kind: flops(settings) for kind, settings in configurations.items()}
    # Conditional and null output of each base step; the second stage has no conditions.
    total = FRAMES * STEPS * (2 * work_of["base"] + work_of["super"])
    name = torch.cuda.get_device_name() if device == "cuda" else "toy sizes on a CPU"
    print(f"\n{name}, torch {torch.__version__}; {chosen.steps} steps timed, the video in proportion")
    print(f"{total / 1e15:.4g} PFLOP a video; {peak / 1e12:.4g} TFLOP/s in one large bfloat16 product\n")
    print("| | base, s | second stage, s | video, s | share of peak | against the paper's 101 minutes |")
    print("|---|---|---|---|---|---|")
    print(f"| floor: every operation at that rate | | | {total / peak:.4g} | 100 % | |")
    for program, (base, second) in seconds.items():
        video = base + second
        print(
            f"| {program} | {base:.4g} | {second:.4g} | {video:.4g} | {total / peak / video:.1%} | "
            f"{PAPER_SECONDS / video:.3g}× |"
        )
    return 0


def networks(*, tiny: bool) -> dict[str, dict[str, Any]]:
    """Table 1 of the paper as configurations of Mediffusion; the second stage predicts the image."""
    sizes = {"channel_mult": [1, 2], "num_res_blocks": [1, 1], "model_channels": 32, "input_size": 16}
    paper = {"channel_mult": [1, 1, 2, 2, 4, 4], "num_res_blocks": [2] * 6}
    base = sizes if tiny else {**paper, "model_channels": 128, "input_size": 256}
    second = {**sizes, "input_size": 32} if tiny else {**paper, "model_channels": 64, "input_size": 1024}
    return {
        "base": {
            "model": {
                **base,
                "num_heads": 4,
                "num_classes": 5,
                "attention_resolutions": [2] if tiny else [8, 16, 32],
            }
        },
        "super": {
            "diffusion": {"mean_type": "START_X", "var_type": "FIXED_SMALL"},
            "model": {**second, **SUPER, "attention_resolutions": [2] if tiny else [32]},
        },
    }


def timed(
    work: Path, device: str, batches: dict[str, int], chosen: argparse.Namespace
) -> dict[str, tuple[float, float]]:
    """Seconds of a video's two stages, for each program."""
    from render_programs import OURS, THEIRS, run

    programs: dict[str, tuple[Path | str, str]] = {}
    if not chosen.no_peer:
        from peer import environment

        python = environment(chosen.environment or work / "environment")
        programs["Mediffusion 0.7.1"] = (python, THEIRS)
    programs["here"] = (sys.executable, OURS)
    seconds = {}
    for name, (python, program) in programs.items():
        stages = []
        for kind, frames in batches.items():
            started = time.perf_counter()
            try:
                seen = run(python, program, work, device, "bfloat16", kind, frames, chosen.steps)
            except subprocess.CalledProcessError:
                print(f"{name}: the {kind} stage failed (its message is above); a smaller batch may fit.")
                return seconds
            stages.append(seen["seconds"] / frames / chosen.steps * FRAMES * STEPS)
            difference = f", differs by {seen['difference']:.3g} grey levels" if "difference" in seen else ""
            print(
                f"{name}, {kind}: {seen['memory']:.0f} MB for {frames} frames{difference}; "
                f"{time.perf_counter() - started:.0f} s in all, compiling included",
                flush=True,
            )
        seconds[name] = (stages[0], stages[1])
    return seconds


def peak_rate(device: str) -> float:
    """Operations a second in one large product of bfloat16 matrices: what a device can reach, best of ten."""
    size = 8192 if device == "cuda" else 512
    left, right = torch.randn(2, size, size, device=device, dtype=torch.bfloat16)
    best = float("inf")
    for _ in range(10):
        if device == "cuda":
            torch.cuda.synchronize()
        started = time.perf_counter()
        torch.matmul(left, right)
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - started)
    return 2 * size**3 / best


def flops(settings: dict[str, Any]) -> float:
    """Operations (two a multiply-add) of one evaluation for one image, counted without computing it."""
    from torch.utils.flop_counter import FlopCounterMode

    from generation.diffusion.mediffusion import model_config
    from generation.diffusion.unet import UNet

    config = model_config(settings).unet
    with torch.device("meta"):
        net = UNet(config).eval()
        size = config.image_size
        x = torch.empty(1, 1 + config.concat_channels, size, size)
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            net(x, torch.empty(1), torch.empty(1, config.embedding_size))
    return float(counter.get_total_flops())


if __name__ == "__main__":
    sys.exit(main())
