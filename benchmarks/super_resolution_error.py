"""Does the super-resolution stage come nearer to films than bilinear enlargement?

python benchmarks/super_resolution_error.py [--folder generation/demo_model] [--images 24]

The films are of people whom the model has not seen: the plan of its registry with another seed.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

SEED = 1  # not the registry's
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT / "generation" / "demo_model")
    parser.add_argument("--images", type=int, default=24)
    options = parser.parse_args()

    import torch
    from torch.nn.functional import avg_pool2d

    from generation.diffusion.checkpoint import load_model
    from generation.diffusion.ddim import ddim, initial_noise, timesteps
    from generation.diffusion.folder import SUPER_RESOLUTION
    from generation.diffusion.pixels import from_grey, to_grey
    from generation.diffusion.sampling import denoiser, embedder
    from generation.diffusion.superres import enlarge, told
    from generation.simulation.plan_file import read_plan
    from generation.simulation.presentation import to_grey as film_to_grey
    from generation.simulation.record import film

    model = load_model(options.folder / SUPER_RESOLUTION)
    size = model.config.unet.image_size
    plan = replace(read_plan((options.folder / "registry.yaml").read_text()), seed=SEED, size=size)
    people = np.linspace(0, plan.total - 1, options.images).astype(int)
    truth = np.stack([film_to_grey(film(plan, int(number)).brightness) for number in people])

    def error(images: np.ndarray) -> float:
        return float(np.sqrt(np.mean((images.astype(float) - truth) ** 2)))

    large = enlarge(
        avg_pool2d(from_grey(torch.from_numpy(truth)), model.config.upscale), model.config.upscale
    )
    print("| enlarged by | root mean square error, grey levels |\n|---|---|")
    print(f"| bilinear interpolation | {error(to_grey(large)):.2f} |")
    noise = initial_noise(1, (1, 1, size, size)).expand_as(large)
    for steps in (2, 4, 8):
        with torch.inference_mode():
            denoise = denoiser(model, embedder(model, [told(model.config.schema)] * len(large)), beside=large)
            visited = timesteps(model.config.schedule.steps, steps, "trailing")
            drawn = ddim(denoise, noise, model.alpha_bar, visited)
        print(f"| the model, {steps} steps | {error(to_grey(drawn)):.2f} |", flush=True)


if __name__ == "__main__":
    main()
