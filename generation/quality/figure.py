"""The effect-against-guidance curve as points; templates/generation/quality/curve.html draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 56, 188, 16, 48
LABEL = 15  # least distance between the names at the ends of the lines
# Told apart by dashes too, not by colour alone; each has a contrast of 3 : 1 on white and on black.
LOOKS = (
    ("#3b82c4", ""),
    ("#c2611f", "7 3"),
    ("#2f9467", "2 3"),
    ("#b0569b", "10 3 2 3"),
    ("#8a7a20", "4 2"),
    ("#c24545", "12 4"),
    ("#6f6fc0", "1 2"),
)


@dataclass(frozen=True)
class Line:
    """One attribute: ``points`` for a polyline, its 95 % intervals, and where its name stands."""

    name: str
    colour: str
    dashes: str
    points: str
    bars: tuple[tuple[float, float, float], ...]
    label_y: float


@dataclass(frozen=True)
class Figure:
    """Drawn in WIDTH × HEIGHT. Ticks are (position, text)."""

    lines: tuple[Line, ...]
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    right_y: float
    paper_x: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def curve(effects: Mapping[str, Any], kind: str = "all") -> Figure | None:
    """The drawing of a report's ``effects``: ratio to the truth over guidance. None if no ratio is known."""
    measured, names = effects["curves"][kind], effects["told"]
    if not names:
        return None
    scales = [entry["scale"] for entry in measured]
    ratios = [entry["effects"][name]["ratio"]["value"] for entry in measured for name in names]
    low, high = min(0.0, *ratios), max(2.0, *ratios) * 1.05
    last = max(scales)

    def x(scale: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (scale - 1) / (last - 1), 1)

    def y(ratio: float) -> float:
        ratio = min(max(ratio, low), high)
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (ratio - low) / (high - low), 1)

    lines = []
    for (colour, dashes), name in zip(LOOKS, names, strict=False):
        found = [(entry["scale"], entry["effects"][name]["ratio"]) for entry in measured]
        bars = tuple(
            (x(scale), y(one["low"]), y(one["high"])) for scale, one in found if one["low"] is not None
        )
        points = " ".join(f"{x(scale)},{y(one['value'])}" for scale, one in found)
        lines.append(Line(name, colour, dashes, points, bars, y(found[-1][1]["value"])))
    step = 0.5 if high - low <= 4 else 1.0 if high - low <= 8 else 2.0
    ticks = [step * n for n in range(int(low / step) - 1, int(high / step) + 1)]
    return Figure(
        lines=_apart(lines),
        across=tuple((x(scale), f"{scale:g}") for scale in scales),
        up=tuple((y(tick), f"{tick:g}") for tick in ticks if low <= tick <= high),
        right_y=y(1.0),
        paper_x=x(min(effects["paper"], last)),
    )


def _apart(lines: list[Line]) -> tuple[Line, ...]:
    """The same lines with their names moved down until none covers another, then up into the drawing."""
    ordered = sorted(lines, key=lambda line: line.label_y)
    places: list[float] = []
    for line in ordered:
        places.append(max(line.label_y, places[-1] + LABEL if places else TOP))
    for index in range(len(places) - 1, -1, -1):
        below = places[index + 1] - LABEL if index + 1 < len(places) else HEIGHT - BOTTOM
        places[index] = min(places[index], below)
    moved = {line.name: place for line, place in zip(ordered, places, strict=True)}
    return tuple(
        Line(line.name, line.colour, line.dashes, line.points, line.bars, round(moved[line.name], 1))
        for line in lines
    )
