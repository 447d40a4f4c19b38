"""Core-seconds and memory a frame on a CPU, beside Mediffusion and diffusers, and what keyframes save.

    python benchmarks/render_cpu.py [--environment FOLDER] [--size 64] [--channels 32] [--frames 12]
        [--steps 5] [--model generation/demo_model] [--keyframe-frames 180]

The first table: a network of reduced size with the same random weights in Mediffusion 0.7.1 and here, the
same noise, conditions, steps and guidance (4, with Mediffusion's rescaling); "difference" is the greatest one
of any pixel from Mediffusion's float32. diffusers has a network of the same size with weights of its own.
The second table: a whole video of a trained model by keyframes against all frames, each in float32.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--environment", type=Path, help="of Mediffusion: made or used")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--channels", type=int, default=32)
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--model", type=Path, default=ROOT / "generation" / "demo_model")
    parser.add_argument("--keyframe-frames", type=int, default=180)
    parser.add_argument("--only", choices=("peers", "keyframes"))
    chosen = parser.parse_args()
    if chosen.only != "keyframes":
        beside_peers(chosen)
    if chosen.only != "peers":
        keyframes(chosen.model, chosen.keyframe_frames)


def beside_peers(chosen: argparse.Namespace) -> None:
    from peer import environment, reduced_network
    from render_programs import DIFFUSERS, OURS, THEIRS, run

    settings = reduced_network(chosen.size, chosen.channels)
    print(f"{chosen.size} px, {chosen.channels} channels, {chosen.frames} frames, {chosen.steps} steps\n")
    print("| | arithmetic | core-ms a frame and step | peak MB | times faster | difference, grey levels |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        (work / "base.yaml").write_text(yaml.safe_dump(settings))
        peer = environment(chosen.environment or work / "environment")
        programs = {
            "Mediffusion 0.7.1": (peer, THEIRS),
            "diffusers 0.42.1": (sys.executable, DIFFUSERS),
            "here": (sys.executable, OURS),
        }
        first = 0.0
        for precision in ("float32", "bfloat16"):
            for name, (python, program) in programs.items():
                arguments = (work, "cpu", precision, "base", chosen.frames, chosen.steps)
                seen = run(python, program, *arguments)
                first = first or seen["seconds"]
                each = 1000 * seen["seconds"] / chosen.frames / chosen.steps
                difference = f"{seen['difference']:.3g}" if "difference" in seen else ""
                print(
                    f"| {name} | {precision} | {each:.1f} | {seen['memory']:.0f} | "
                    f"{first / seen['seconds']:.2f} | {difference} |",
                    flush=True,
                )


def keyframes(folder: Path, n_frames: int, checked: int = 6) -> None:
    """A video by keyframes, and some of its interpolated frames rendered after all."""
    from generation.tasks.threads import use_threads

    use_threads(1)
    import numpy as np

    from generation.counterfactual.rendering import Renderer
    from generation.counterfactual.spec import VideoSpec
    from generation.diffusion.folder import checkpoint_sha256, read_config

    attribute = read_config(folder)["model"]["schema"]["attributes"][0]
    renderer = Renderer(folder)
    exact = VideoSpec(
        checkpoint_sha256=checkpoint_sha256(folder),
        seed=3,
        attribute=attribute["name"],
        value_from=attribute["values"][0],
        value_to=attribute["values"][1],
        n_frames=n_frames,
        steps=16,
        guidance=2.0,
        super_resolution_steps=4 if len(renderer.stages) > 1 else 0,
    )
    renderer.frames(dataclasses.replace(exact, steps=1), 0, exact.batch - 1)  # the first evaluation is slow
    started = time.process_time()
    renderer.frames(exact, 0, exact.batch - 1)
    each = (time.process_time() - started) / exact.batch
    started = time.process_time()
    frames, made = renderer.render(dataclasses.replace(exact, keyframe_bound=0.5), 0, n_frames - 1)
    seconds = time.process_time() - started
    between = [index for index, entry in enumerate(made) if entry["origin"] == "interpolated"]
    print(f"\n{folder.name}, {n_frames} frames of {frames.shape[1]} px, 16 + 4 steps, guidance 2\n")
    print("| | |\n|---|---|")
    print(f"| all frames, core-s (12 of them, and the rest in proportion) | {each * n_frames:.0f} |")
    print(f"| keyframes, core-s | {seconds:.0f} |")
    print(f"| times faster | {each * n_frames / seconds:.1f} |")
    print(f"| frames rendered | {n_frames - len(between)} of {n_frames} |")
    if between:
        some = np.random.default_rng(0).choice(between, min(checked, len(between)), replace=False)
        # A frame by itself would otherwise be computed with eleven copies of it.
        alone = dataclasses.replace(exact, batch=1)
        errors = [np.abs(renderer.frames(alone, int(i), int(i))[0].astype(int) - frames[i]) for i in some]
        print(f"| greatest bound at a midpoint, grey levels | {max(made[i]['bound'] for i in between):.2f} |")
        print(f"| greatest difference of {len(some)} other frames, whole grey levels | {np.max(errors)} |")
        print(f"| their pixels that differ | {np.mean(np.array(errors) > 0):.2%} |")


if __name__ == "__main__":
    main()
