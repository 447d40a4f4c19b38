"""Does the super-resolution stage come nearer to real radiographs than bilinear enlargement?

python benchmarks/super_resolution_error.py SOURCE_FOLDER [--folder generation/demo_model] [--images 24]

SOURCE_FOLDER holds the NIH images (see nih_to_registry.py). The model saw them in training: the kindest case.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
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
    from generation.diffusion.superres import enlarge
    from generation.imaging.canonical import area_average

    model = load_model(options.folder / SUPER_RESOLUTION)
    size = model.config.unet.image_size
    every = np.load(options.source / "nih_chest_1000_256.npz")["images"]
    chosen = every[np.linspace(0, len(every) - 1, options.images).astype(int)]
    truth = np.stack([area_average(image, rows=size, columns=size) for image in chosen])

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
            denoise = denoiser(model, embedder(model, [{}] * len(large)), beside=large)
            visited = timesteps(model.config.schedule.steps, steps, "trailing")
            drawn = ddim(denoise, noise, model.alpha_bar, visited)
        print(f"| the model, {steps} steps | {error(to_grey(drawn)):.2f} |", flush=True)


if __name__ == "__main__":
    main()
