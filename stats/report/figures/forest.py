"""Forest plot: AC1 of each criterion with its interval for these readers and for readers like them."""

from __future__ import annotations

from typing import Any

from stats.report.figures.figure import BLUE, GREY, ORANGE, Figure, FigureData, layout, rows_axis
from stats.report.findings import findings
from stats.report.numbers import fixed

FLOORS = ((0.0, "Slight"), (0.2, "Fair"), (0.4, "Moderate"), (0.6, "Substantial"), (0.8, "Almost perfect"))
TOP = -0.85  # above the first row there is room for the names of the levels


def forest(data: FigureData) -> Figure:
    """The rows of Table 3, strongest agreement on top; what cannot be estimated is left out."""
    title = "Agreement (Gwet’s AC1) with 95 % intervals"
    notes = (
        "The interval for these readers speaks about other videos; the one for new readers also counts that "
        "other readers might have been asked. Dotted lines: levels of Landis and Koch."
    )
    selection = data.selection
    found = [
        finding
        for finding in findings(selection.of(data.ratings), data.study)
        if selection.shows(finding.criterion.key) and finding.here.estimate is not None
    ]
    if not found:
        return Figure("forest", title, notes, empty="No criterion has two readers for one video yet.")
    here = [(f.here.estimate or 0.0, f.here.ci_low, f.here.ci_high) for f in found]
    beyond = [(f.here.estimate or 0.0, f.beyond.ci_low, f.beyond.ci_high) for f in found]
    n_beyond = sum(low is not None for _, low, _ in beyond)
    lows = [low for _, low, _ in (*here, *beyond) if low is not None]
    least = min([0.0, *(x for x, _, _ in here), *lows])
    start = -0.2 * -(least // 0.2)
    ticks = [round(start + 0.2 * i, 1) for i in range(round((1 - start) / 0.2) + 1)]
    spec = {
        "data": [
            _trace("These readers, other videos", here, -0.13, BLUE, "circle"),
            *(
                [_trace("New readers, other videos", beyond, 0.17, ORANGE, "diamond-open")]
                if n_beyond
                else []
            ),
        ],
        "layout": layout(
            height=140 + 52 * len(found),
            x={
                "range": [start - 0.02, 1.02],
                "tickvals": ticks,
                "ticktext": [fixed(tick, 1) for tick in ticks],
                "title": {"text": "AC1"},
                "showgrid": False,
            },
            y=rows_axis([finding.criterion.name for finding in found]) | {"range": [len(found) - 0.5, TOP]},
            shapes=[_line(floor, len(found)) for floor, _ in FLOORS],
            annotations=[
                {
                    "x": floor + 0.1,
                    "y": TOP,
                    "text": word,
                    "showarrow": False,
                    "yanchor": "top",
                    "font": {"size": 11, "color": GREY},
                }
                for floor, word in FLOORS
            ],
        ),
    }
    return Figure("forest", title, notes, spec)


def _line(x: float, rows: int) -> dict[str, Any]:
    style = {"color": GREY, "width": 1, "dash": "dot" if x else "solid"}
    return {"type": "line", "layer": "below", "x0": x, "x1": x, "y0": TOP, "y1": rows - 0.5, "line": style}


def _trace(
    name: str, rows: list[tuple[float, float | None, float | None]], shift: float, colour: str, symbol: str
) -> dict[str, Any]:
    """Points with whiskers; a row without an interval has a point only."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [x for x, _, _ in rows],
        "y": [i + shift for i in range(len(rows))],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [0 if high is None else high - x for x, _, high in rows],
            "arrayminus": [0 if low is None else x - low for x, low, _ in rows],
            "color": colour,
            "thickness": 1.6,
            "width": 4,
        },
        "marker": {"color": colour, "size": 9, "symbol": symbol},
        "hovertext": [
            f"{fixed(x, 3)}"
            if low is None or high is None
            else f"{fixed(x, 3)} ({fixed(low, 3)} to {fixed(high, 3)})"
            for x, low, high in rows
        ],
        "hoverinfo": "text",
    }
