"""Is the change that a model draws the change that its radiographs show?

python benchmarks/group_difference.py SOURCE_FOLDER [--folder generation/demo_model] [--pairs 24]

SOURCE_FOLDER holds the NIH images (see nih_to_registry.py). Compared are the mean male minus the mean female
image, within one projection, of real radiographs and of pairs drawn from the same noise.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--folder", type=Path, default=ROOT / "generation" / "demo_model")
    parser.add_argument("--pairs", type=int, default=24)
    parser.add_argument("--steps", type=int, default=16)
    options = parser.parse_args()

    from generation.diffusion.checkpoint import load_model
    from generation.diffusion.ddim import initial_noise
    from generation.diffusion.sampling import sample
    from generation.imaging.canonical import area_average

    model = load_model(options.folder)
    size = model.config.unet.image_size
    images = np.load(options.source / "nih_chest_1000_256.npz")["images"]
    with (options.source / "meta.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    def real(projection: str, sex: str) -> np.ndarray:
        chosen = [
            area_average(image, rows=size, columns=size)
            for image, row in zip(images, rows, strict=True)
            if (row["View Position"], row["Patient Gender"]) == (projection, sex)
        ]
        return np.mean(chosen, axis=0)

    noise = initial_noise(0, (options.pairs, 1, size, size))
    print("| projection | guidance | correlation with the real difference | mean change, drawn / real |")
    print("|---|---|---|---|")
    for projection in ("PA", "AP"):
        truth = real(projection, "M") - real(projection, "F")
        for scale in (1.0, 2.0, 4.0):
            female, male = (
                sample(
                    model,
                    noise,
                    [{"group": group, "projection": projection}] * options.pairs,
                    steps=options.steps,
                    scale=scale,
                )
                for group in ("female", "male")
            )
            drawn = 127.5 * (male - female).mean(dim=0)[0].numpy()
            r = np.corrcoef(truth.ravel(), drawn.ravel())[0, 1]
            ratio = np.abs(drawn).mean() / np.abs(truth).mean()
            print(f"| {projection} | {scale:g} | {r:.2f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
