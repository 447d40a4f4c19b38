"""How well text in pictures is found: recall on text that is written in, false alarms on films without any.

    PYTHONPATH=. python benchmarks/burned_in.py NIH.npz PELVIS_FOLDER [SIMULATED_FOLDER]

Text is drawn by Pillow's own font near the upper or lower edge of films that are enlarged to 1,024 pixels; of
what a person can read (half of its pixels differ from the film by 100 grey levels or more) recall is counted.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from generation.imaging.burned_in import find_text
from generation.imaging.dicom import read_dicom

SIDE, BICUBIC, READABLE = 1024, Image.Resampling.BICUBIC, 100
WORDS = ("DOE JANE", "12/03/1957", "ID 8841203", "St. Mary Hospital", "F 061Y", "AP PELVIS", "4711")


def write(grey: np.ndarray, text: str, height: int, value: int, random: np.random.Generator) -> np.ndarray:
    """Return ``grey`` with ``text`` of ``height`` pixels near one of its edges."""
    image = Image.fromarray(grey)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(height)
    box = draw.textbbox((0, 0), text, font=font)
    width = box[2] - box[0]
    room = max(grey.shape[1] - width - 20, 1)
    x = int(random.integers(10, room + 10))
    y = int(random.choice([10, grey.shape[0] - height - 20]))
    draw.text((x, y), text, fill=value, font=font)
    return np.asarray(image)


def films(nih: Path, pelvis: Path, simulated: Path | None) -> dict[str, list[np.ndarray]]:
    """Return the films of each kind, at their own size."""
    with np.load(nih) as data:
        found = {"NIH chest, 256 px": list(data["images"])}
    pictures = [read_dicom(path) for path in sorted(pelvis.rglob("*.dcm"))]
    found["infant pelvis, 331 px"] = [picture.grey(picture.stored_values()) for picture in pictures]
    if simulated:
        pictures = [read_dicom(path) for path in sorted(simulated.rglob("*.dcm"))[:300]]
        found["simulated, 256 px"] = [picture.grey(picture.stored_values()) for picture in pictures]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("nih", type=Path)
    parser.add_argument("pelvis", type=Path)
    parser.add_argument("simulated", type=Path, nargs="?")
    parser.add_argument("--films", type=int, default=1000, help="of each kind at most")
    parser.add_argument("--trials", type=int, default=400, help="texts written into films of each kind")
    options = parser.parse_args()
    random = np.random.default_rng(0)
    for kind, every in films(options.nih, options.pelvis, options.simulated).items():
        pictures = every[: options.films]
        alarms = sum(bool(find_text(picture)) for picture in pictures)
        large = [np.asarray(Image.fromarray(p).resize((SIDE, SIDE), BICUBIC)) for p in pictures[:40]]
        enlarged = sum(bool(find_text(picture)) for picture in large)
        print(f"{kind}: held {alarms} of {len(pictures)}; enlarged to {SIDE} px {enlarged} of {len(large)}")
        found: Counter[str] = Counter()
        tried: Counter[str] = Counter()
        for number in range(options.trials):
            height = int(random.choice([14, 20, 28, 40, 56]))
            value = int(random.choice([255, 230, 200, 0]))
            text = WORDS[number % len(WORDS)]
            film = large[number % len(large)]
            written = write(film, text, height, value, random)
            change = np.abs(written.astype(int) - film)
            if not change.any() or np.median(change[change > 0]) < READABLE:
                continue
            hit = bool(find_text(written))
            for key in (f"{height:2} px", f"grey {value}", "all"):
                tried[key] += 1
                found[key] += hit
        print("   recall " + ", ".join(f"{key}: {found[key]}/{tried[key]}" for key in sorted(tried)))


if __name__ == "__main__":
    main()
