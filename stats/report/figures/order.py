"""Does it matter when a video was read? Scores and reading times against the order of presentation."""

from __future__ import annotations

from math import ceil, floor, log10

from stats.report.figures.figure import BLUE, GREY, READERS, Figure, FigureData, layout, rows_axis, safe
from stats.report.numbers import fixed

PER = 10  # slopes are shown per so many cases
TICKS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600, 7200, 14400, 86400)


def order(data: FigureData) -> Figure:
    """Change of the A→B code over ten cases, with 95 % interval, for each criterion."""
    from stats.ordinal.order_effects import order_effects

    title = "Change of scores with the order of presentation"
    notes = (
        f"Change of the code over {PER} cases, the videos' own levels removed, with 95 % interval from the "
        "random orders. An interval around 0 is no proof that order does not matter."
    )
    selection = data.selection
    chosen = selection.of(data.ratings)
    rows = []
    for criterion in data.study.criteria:
        part = chosen[chosen["criterion"] == criterion.key]
        if part.empty or not selection.shows(criterion.key):
            continue
        columns = (part[name].tolist() for name in ("score_ab", "position", "reader"))
        trend = order_effects(*columns, videos=part["video"].tolist()).trend
        if trend.slope is not None and trend.ci_low is not None and trend.ci_high is not None:
            rows.append((criterion.name, PER * trend.slope, PER * trend.ci_low, PER * trend.ci_high))
    if not rows:
        return Figure("order", title, notes, empty="Scores or positions do not vary within a reader yet.")
    widest = max(abs(limit) for _, _, low, high in rows for limit in (low, high))
    reach = max(0.25, ceil(widest / 0.25) * 0.25)
    ticks = [-reach, -reach / 2, 0.0, reach / 2, reach]
    spec = {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "name": "Slope",
                "showlegend": False,
                "x": [slope for _, slope, _, _ in rows],
                "y": list(range(len(rows))),
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [high - slope for _, slope, _, high in rows],
                    "arrayminus": [slope - low for _, slope, low, _ in rows],
                    "color": BLUE,
                    "thickness": 1.6,
                    "width": 4,
                },
                "marker": {"color": BLUE, "size": 9, "symbol": "circle"},
                "hovertext": [
                    f"{fixed(slope, 2)} ({fixed(low, 2)} to {fixed(high, 2)}) in {PER} cases"
                    for _, slope, low, high in rows
                ],
                "hoverinfo": "text",
            }
        ],
        "layout": layout(
            height=110 + 46 * len(rows),
            x={
                "range": [-1.05 * reach, 1.05 * reach],
                "tickvals": ticks,
                "ticktext": [fixed(tick, 3).rstrip("0").rstrip(".") for tick in ticks],
                "title": {"text": f"Steps of the scale in {PER} cases"},
            },
            y=rows_axis([name for name, _, _, _ in rows]),
            shapes=[
                {
                    "type": "line",
                    "layer": "below",
                    "x0": 0,
                    "x1": 0,
                    "y0": -0.5,
                    "y1": len(rows) - 0.5,
                    "line": {"color": GREY, "width": 1},
                }
            ],
        ),
    }
    return Figure("order", title, notes, spec)


def times(data: FigureData) -> Figure:
    """Time from opening a case to submitting it, on a logarithmic axis, by position and reader."""
    title = "Reading time with the order of presentation"
    notes = (
        "From the last opening of a case to its submission, by the server's clock; pauses count as reading."
    )
    selection = data.selection
    known = selection.of(data.times)
    known = known[known["seconds"] > 0]
    if known.empty:
        return Figure("times", title, notes, empty="No viewing of a submitted case is on record.")
    logs = [log10(seconds) for seconds in known["seconds"]]
    low, high = min(logs), max(logs)
    ticks = [t for t in TICKS_S if 10 ** (low - 0.15) <= t <= 10 ** (high + 0.15)]
    last = int(known["position"].max())
    step = max(1, ceil(last / 10))
    traces = []
    for i, (reader, part) in enumerate(known.sort_values("position").groupby("reader")):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": safe(str(reader)),
                "x": part["position"].tolist(),
                "y": [log10(seconds) for seconds in part["seconds"]],
                "line": {"color": READERS[i % len(READERS)], "width": 1},
                "marker": {"color": READERS[i % len(READERS)], "size": 6, "symbol": "circle"},
                "hovertext": [f"{safe(str(reader))}: {duration(s)}" for s in part["seconds"]],
                "hoverinfo": "text",
            }
        )
    frame = layout(
        height=400,
        left=90,
        x={
            "range": [0, last + 1],
            "tickvals": list(range(step, last + 1, step)),
            "ticktext": [str(t) for t in range(step, last + 1, step)],
            "title": {"text": "Position in the reader's order"},
        },
        y={
            "range": [floor(10 * (low - 0.1)) / 10, ceil(10 * (high + 0.1)) / 10],
            "tickvals": [log10(t) for t in ticks],
            "ticktext": [duration(t) for t in ticks],
            "showgrid": True,
            "gridcolor": "rgba(128,138,147,0.3)",
        },
    )
    return Figure("times", title, notes, {"data": traces, "layout": frame})


def duration(seconds: float) -> str:
    """A duration as one reads it.

    >>> duration(45), duration(90), duration(5400)
    ('45 s', '1.5 min', '1.5 h')
    """
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{round(seconds / size, 1):g} {unit}"
    return f"{round(seconds):d} s"
