"""Draw loss.csv files as one SVG picture: running mean of 50 steps, logarithmic scale.

python benchmarks/loss_curve.py OUT.svg NAME=LOSS.csv [NAME=LOSS.csv …]
"""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 320, 60, 40, 20
WINDOW = 50
COLOURS = ("#1f5f8b", "#9a4a00", "#3d7a3d")
LEVELS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002)


def smoothed(path: Path) -> list[float]:
    """Mean of each step's loss and up to 49 before it."""
    with path.open() as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    windows = (losses[max(0, end - WINDOW) : end] for end in range(1, len(losses) + 1))
    return [sum(window) / len(window) for window in windows]


def picture(curves: dict[str, list[float]]) -> str:
    """The curves as an SVG document."""
    steps = max(map(len, curves.values()))

    def x(step: float) -> float:
        return LEFT + (WIDTH - LEFT - 20) * step / steps

    def y(loss: float) -> float:
        place = math.log(LEVELS[0] / loss) / math.log(LEVELS[0] / LEVELS[-1])
        return TOP + (HEIGHT - TOP - BOTTOM) * place

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    ]
    for level in LEVELS:
        parts.append(f'<path d="M{x(0):.1f} {y(level):.1f}H{x(steps):.1f}" stroke="#d5dade"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(level) + 4:.1f}" text-anchor="end">{level:g}</text>')
    for step in range(0, steps + 1, 500):
        parts.append(f'<text x="{x(step):.1f}" y="{HEIGHT - 22}" text-anchor="middle">{step}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 5}" text-anchor="middle">step</text>')
    for number, (name, losses) in enumerate(curves.items()):
        points = " ".join(f"{x(step):.1f},{y(loss):.1f}" for step, loss in enumerate(losses) if step % 5 == 0)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{COLOURS[number]}" stroke-width="1.5"/>'
        )
        parts.append(
            f'<text x="{WIDTH - 24}" y="{TOP + 16 * (number + 1)}" text-anchor="end" '
            f'fill="{COLOURS[number]}">{name}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def main(arguments: list[str]) -> None:
    if len(arguments) < 2:
        raise SystemExit(__doc__)
    out, *named = arguments
    curves = {name: smoothed(Path(path)) for name, _, path in (text.partition("=") for text in named)}
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    Path(out).write_text(picture(curves))
    for name, losses in curves.items():
        print(f"{name}: {len(losses)} steps, mean loss of the last {WINDOW}: {losses[-1]:.4f}")


if __name__ == "__main__":
    main(sys.argv[1:])
