"""Seconds per frame and per step of a trained model, and what the bytes of a frame depend on.

python benchmarks/render_frames.py [--folder generation/demo_model] [--frames 48] [--steps 16] [--threads 2]
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT / "generation" / "demo_model")
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--super-resolution-steps", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    started = time.perf_counter()
    from generation.tasks.threads import use_threads

    use_threads(options.threads)
    import numpy as np
    import torch

    from generation.counterfactual.rendering import Renderer
    from generation.counterfactual.spec import VideoSpec
    from generation.diffusion.folder import checkpoint_sha256

    imported = time.perf_counter()
    renderer = Renderer(options.folder)
    loaded = time.perf_counter()
    print(f"{renderer.describe_device()}, {options.threads} threads")
    print(f"import torch {imported - started:.1f} s, load model {loaded - imported:.1f} s\n")

    spec = VideoSpec(
        checkpoint_sha256=checkpoint_sha256(options.folder),
        seed=1,
        value_from="A",
        value_to="B",
        n_frames=options.frames,
        steps=options.steps,
        guidance=2.0,
        conditions={"sex": "F", "age": 60, "bmi": 27, "implant": "no"},
        super_resolution_steps=options.super_resolution_steps if len(renderer.stages) > 1 else 0,
    )
    print("Core-seconds: what all threads together computed; on free cores, divide by their number.\n")
    print("| arithmetic | stage | core-s per video | core-ms per frame | per frame and step | wall s |")
    print("|---|---|---|---|---|---|")
    frames = {}
    for precision in ("float32", "bfloat16"):
        chosen = dataclasses.replace(spec, precision=precision)
        base = dataclasses.replace(chosen, super_resolution_steps=0)
        renderer.frames(chosen, 0, 0)
        alone, _ = timed(renderer, base)
        row(precision, "base, guided", alone, spec.n_frames, spec.steps)
        if chosen.super_resolution_steps:
            # One base step instead of many, so that the difference of two long times does not hide the stage.
            short, _ = timed(renderer, dataclasses.replace(chosen, steps=1))
            second = tuple(both - first / spec.steps for both, first in zip(short, alone, strict=True))
            row(precision, "super-resolution", second, spec.n_frames, chosen.super_resolution_steps)
        both, frames[precision] = timed(renderer, chosen)
        row(precision, "whole video", both, spec.n_frames, 0)

    reference = frames["float32"]
    print("\n| compared with float32 | greatest difference, grey levels | pixels that differ |")
    print("|---|---|---|")
    last = spec.n_frames - 1
    torch.set_num_threads(1)
    others = {
        "the last frame by itself, 1 thread": (renderer.frames(spec, last, last), reference[last:]),
        "the same, another renderer": (Renderer(options.folder).frames(spec, last, last), reference[last:]),
        "bfloat16": (frames["bfloat16"], reference),
    }
    for name, (got, expected) in others.items():
        difference = np.abs(got.astype(int) - expected)
        print(f"| {name} | {difference.max()} | {(difference > 0).mean():.2%} |")


def timed(renderer, spec):
    """Core-seconds and wall seconds of a whole video, and its frames."""
    wall, cores = time.perf_counter(), time.process_time()
    frames = renderer.frames(spec, 0, spec.n_frames - 1)
    return (time.process_time() - cores, time.perf_counter() - wall), frames


def row(precision: str, stage: str, seconds: tuple[float, float], frames: int, steps: int) -> None:
    cores, wall = seconds
    each = f"{1000 * cores / frames / steps:.1f}" if steps else ""
    print(
        f"| {precision} | {stage} | {cores:.1f} | {1000 * cores / frames:.0f} | {each} | {wall:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
