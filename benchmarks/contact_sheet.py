"""A contact sheet of one rendered video: evenly spaced frames, then what changed between first and last.

python benchmarks/contact_sheet.py FRAMES_FOLDER OUT.png [--columns 8] [--rows 2]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generation.imaging.png import encode_grey  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("frames", type=Path, help="folder of 0000.png, 0001.png …")
    parser.add_argument("out", type=Path)
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--rows", type=int, default=2)
    options = parser.parse_args()

    paths = sorted(options.frames.glob("*.png"))
    n = options.columns * options.rows
    if len(paths) < n:
        raise SystemExit(f"{options.frames} has {len(paths)} frames; the sheet needs {n}.")
    chosen = np.linspace(0, len(paths) - 1, n).round().astype(int)
    frames = np.stack([np.asarray(Image.open(paths[index])) for index in chosen])
    change = frames[-1].astype(int) - frames[0]
    # Mid grey: unchanged; the greatest change on this sheet is black or white.
    shown = (127.5 + 127.5 * change / max(1, np.abs(change).max())).round().astype(np.uint8)
    rows = [
        np.hstack(list(frames[start : start + options.columns])) for start in range(0, n, options.columns)
    ]
    pad = np.full((shown.shape[0], rows[0].shape[1] - shown.shape[1]), 255, np.uint8)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(encode_grey(np.vstack([*rows, np.hstack([shown, pad])]), level=9))
    print(f"{options.out}: frames {', '.join(map(str, chosen))}; last row: change from first to last")


if __name__ == "__main__":
    main()
