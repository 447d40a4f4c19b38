"""Figures for a paper without a browser: SVG of the part of plotly's language that our figures use.

Bars with a base, markers and lines with horizontal error bars, heatmaps, lines as shapes, text; linear axes
with explicit ranges and ticks. Attributes only, no styles or scripts, so the file opens anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from stats.report.figures.figure import Figure

INK, AXIS = "#1b2126", "#808a93"
CHARACTER = 0.55  # mean width of a letter, in font sizes
TITLE_HEIGHT = 30


@dataclass(frozen=True)
class Frame:
    """The plotting area and its axes; ``x`` and ``y`` turn data into pixels."""

    left: float
    top: float
    width: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.x_range
        return self.left + self.width * (value - low) / (high - low)

    def y(self, value: float) -> float:
        low, high = self.y_range
        return self.top + self.height * (1 - (value - low) / (high - low))


def svg(figure: Figure) -> str:
    """The figure with its title. Raises ValueError for a figure without a drawing."""
    if figure.spec is None:
        raise ValueError(f"There is no figure {figure.key}: {figure.empty}")
    layout, traces = figure.spec["layout"], figure.spec["data"]
    margin = layout["margin"]
    width, height = layout["width"], layout["height"] + TITLE_HEIGHT
    frame = Frame(
        left=margin["l"],
        top=margin["t"] + TITLE_HEIGHT,
        width=width - margin["l"] - margin["r"],
        height=layout["height"] - margin["t"] - margin["b"],
        x_range=tuple(layout["xaxis"]["range"]),
        y_range=tuple(layout["yaxis"]["range"]),
    )
    font = layout["font"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{font["family"]}" font-size="{font["size"]}">',
        f"<title>{escape(figure.title)}</title><desc>{escape(figure.notes)}</desc>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="10" y="22" font-weight="bold">{escape(figure.title)}</text>',
        *_axes(frame, layout["xaxis"], layout["yaxis"]),
        *(_line(frame, shape) for shape in layout.get("shapes", [])),
        *(part for trace in traces for part in DRAW[trace["type"]](frame, trace)),
        *(_annotation(frame, note) for note in layout.get("annotations", [])),
        *_legend(frame, [trace for trace in traces if trace.get("name") and trace.get("showlegend", True)]),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(frame: Frame, x_axis: dict[str, Any], y_axis: dict[str, Any]) -> Iterator[str]:
    bottom, right = frame.top + frame.height, frame.left + frame.width
    for value, label in zip(x_axis["tickvals"], x_axis["ticktext"], strict=True):
        x = frame.x(value)
        if x_axis.get("showgrid", True):
            yield _stroke(x, frame.top, x, bottom, AXIS, opacity=0.3)
        yield _text(x, bottom + 18, label, anchor="middle")
    for value, label in zip(y_axis["tickvals"], y_axis["ticktext"], strict=True):
        y = frame.y(value)
        if y_axis.get("showgrid", True):
            yield _stroke(frame.left, y, right, y, AXIS, opacity=0.3)
        yield _text(frame.left - 8, y + 4, label, anchor="end", centred=True)
    yield _stroke(frame.left, bottom, right, bottom, AXIS)
    if "title" in x_axis:
        yield _text(frame.left + frame.width / 2, bottom + 42, x_axis["title"]["text"], anchor="middle")


def _bars(frame: Frame, trace: dict[str, Any]) -> Iterator[str]:
    for base, size, y, label in zip(trace["base"], trace["x"], trace["y"], trace["text"], strict=True):
        if not size:
            continue
        x0, x1 = frame.x(base), frame.x(base + size)
        y0, y1 = sorted((frame.y(y - trace["width"] / 2), frame.y(y + trace["width"] / 2)))
        colour = trace["marker"]["color"]
        size_px = f'width="{x1 - x0:.2f}" height="{y1 - y0:.2f}"'
        yield f'<rect x="{x0:.2f}" y="{y0:.2f}" {size_px} fill="{colour}"/>'
        yield _text(
            (x0 + x1) / 2, (y0 + y1) / 2 + 4, label, anchor="middle", colour=trace["textfont"]["color"]
        )


def _points(frame: Frame, trace: dict[str, Any]) -> Iterator[str]:
    points = [(frame.x(x), frame.y(y)) for x, y in zip(trace["x"], trace["y"], strict=True)]
    if "lines" in trace["mode"]:
        path = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        colour, width = trace["line"]["color"], trace["line"]["width"]
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
    error = trace.get("error_x")
    if error:
        bars = zip(trace["x"], points, error["array"], error["arrayminus"], strict=True)
        for value, (_, y), above, below in bars:
            x0, x1 = frame.x(value - below), frame.x(value + above)
            yield _stroke(x0, y, x1, y, error["color"], width=error["thickness"])
            cap = error["width"]
            for x in {x0, x1} if above or below else ():
                yield _stroke(x, y - cap, x, y + cap, error["color"], width=error["thickness"])
    yield from (_marker(x, y, trace["marker"]) for x, y in points)


def _marker(x: float, y: float, marker: dict[str, Any]) -> str:
    half, colour = marker["size"] / 2, marker["color"]
    if marker["symbol"] == "diamond-open":
        half *= 1.2
        corners = (
            f"{x:.2f},{y - half:.2f} {x + half:.2f},{y:.2f} {x:.2f},{y + half:.2f} {x - half:.2f},{y:.2f}"
        )
        return f'<polygon points="{corners}" fill="#ffffff" stroke="{colour}" stroke-width="1.6"/>'
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{half:g}" fill="{colour}"/>'


def _heat(frame: Frame, trace: dict[str, Any]) -> Iterator[str]:
    (_, low), (_, high) = trace["colorscale"]
    for y, row in zip(trace["y"], trace["z"], strict=True):
        for x, value in zip(trace["x"], row, strict=True):
            if value is None:
                continue
            x0, x1 = frame.x(x - 0.5) + trace["xgap"] / 2, frame.x(x + 0.5) - trace["xgap"] / 2
            y0, y1 = sorted((frame.y(y - 0.5), frame.y(y + 0.5)))
            share = (value - trace["zmin"]) / (trace["zmax"] - trace["zmin"])
            yield (
                f'<rect x="{x0:.2f}" y="{y0 + trace["ygap"] / 2:.2f}" width="{x1 - x0:.2f}" '
                f'height="{y1 - y0 - trace["ygap"]:.2f}" fill="{mixed(low, high, share)}"/>'
            )


DRAW = {"bar": _bars, "scatter": _points, "heatmap": _heat}


def mixed(low: str, high: str, share: float) -> str:
    """The colour at ``share`` (cut to 0..1) of the way between two, in sRGB as plotly does.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    share = min(1.0, max(0.0, share))
    pairs = ((int(low[i : i + 2], 16), int(high[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in pairs)


def _line(frame: Frame, shape: dict[str, Any]) -> str:
    dash = "1.5 3" if shape["line"].get("dash") == "dot" else ""
    ends = frame.x(shape["x0"]), frame.y(shape["y0"]), frame.x(shape["x1"]), frame.y(shape["y1"])
    return _stroke(*ends, shape["line"]["color"], width=shape["line"]["width"], dash=dash)


def _annotation(frame: Frame, note: dict[str, Any]) -> str:
    font = note.get("font", {})
    anchor = {"left": "start", "right": "end"}.get(note.get("xanchor", ""), "middle")
    shift = 12 if note.get("yanchor") == "top" else 4
    x, y = frame.x(note["x"]), frame.y(note["y"]) + shift
    return _text(x, y, note["text"], anchor=anchor, colour=font.get("color", INK), size=font.get("size"))


def _legend(frame: Frame, traces: list[dict[str, Any]]) -> Iterator[str]:
    x, y = frame.left, frame.top - 14
    for trace in traces:
        if trace["type"] == "bar":
            colour = trace["marker"]["color"]
            yield f'<rect x="{x:.2f}" y="{y - 10:.2f}" width="11" height="11" fill="{colour}"/>'
        else:
            yield _marker(x + 5, y - 4, trace["marker"])
        yield _text(x + 17, y, trace["name"], anchor="start")
        x += 36 + 13 * CHARACTER * len(unescape(trace["name"]))


def _stroke(
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    colour: str,
    *,
    width: float = 1,
    opacity: float = 1,
    dash: str = "",
) -> str:
    more = f' stroke-opacity="{opacity}"' if opacity != 1 else ""
    more += f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x0:.2f}" y1="{y0:.2f}" x2="{x1:.2f}" y2="{y1:.2f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"{more}/>'


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str,
    colour: str = INK,
    size: int | None = None,
    centred: bool = False,
) -> str:
    """Text with plotly's line breaks; ``centred`` puts the middle of several lines at ``y``."""
    lines = [escape(unescape(line)) for line in text.split("<br>")]
    y -= 7.5 * (len(lines) - 1) if centred else 0
    of_size = f' font-size="{size}"' if size else ""
    spans = "".join(
        f'<tspan x="{x:.2f}" dy="{15 if i else 0}">{line}</tspan>' for i, line in enumerate(lines)
    )
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{colour}"{of_size}>{spans}</text>'
