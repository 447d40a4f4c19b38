"""Diverging bars: how often each category was chosen, "no change" in the middle."""

from __future__ import annotations

from stats.report.bars import CENTRE, likert_bars
from stats.report.figures.figure import Figure, FigureData, layout, rows_axis, safe

COLOURS = ("#a6611a", "#dfc27d", "#c4c8cc", "#80cdc1", "#018571")
INK = ("#ffffff", "#1b2126", "#1b2126", "#1b2126", "#ffffff")
NAMES = ("1", "2", "3: no change", "4", "5")
SMALLEST_LABEL = 6  # per cent


def likert(data: FigureData) -> Figure:
    """Shares of the A→B codes, one bar a criterion, in the order of the form."""
    study = data.study
    title = f"Answers from {study.group_a} to {study.group_b}"
    notes = "Shares of all answers in per cent; the middle of “no change” stands on the line."
    bars = likert_bars(data.ratings, study, data.selection)
    if not any(segment.width for bar in bars for segment in bar.segments):
        return Figure("likert", title, notes, empty="There are no ratings to draw.")
    words = {criterion.name: criterion for criterion in study.criteria}
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": NAMES[code],
            "y": list(range(len(bars))),
            "base": [bar.segments[code].x - CENTRE for bar in bars],
            "x": [bar.segments[code].width for bar in bars],
            "width": 0.56,
            "marker": {"color": COLOURS[code]},
            "text": [
                f"{bar.segments[code].percent}" if bar.segments[code].percent >= SMALLEST_LABEL else ""
                for bar in bars
            ],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"color": INK[code]},
            "hovertext": [
                f"{safe(bar.segments[code].anchor)}: {bar.segments[code].percent} %" for bar in bars
            ],
            "hoverinfo": "text",
        }
        for code in range(len(COLOURS))
    ]
    ends = [
        {
            "x": x,
            "y": i - 0.43,
            "text": safe(getattr(words[bar.name], side)),
            "showarrow": False,
            "xanchor": anchor,
            "font": {"size": 11},
        }
        for i, bar in enumerate(bars)
        for x, side, anchor in ((-100, "finding_low", "left"), (100, "finding_high", "right"))
    ]
    x_axis = {
        "range": [-101, 101],
        "tickvals": [-100, -50, 0, 50, 100],
        "ticktext": ["100", "50", "0", "50", "100"],
        "title": {"text": "Share of answers, %"},
    }
    line = {
        "type": "line",
        "layer": "below",
        "x0": 0,
        "x1": 0,
        "y0": -0.5,
        "y1": len(bars) - 0.5,
        "line": {"color": "#1b2126", "width": 1},
    }
    spec = {
        "data": traces,
        "layout": layout(
            height=120 + 62 * len(bars),
            x=x_axis,
            y=rows_axis([bar.name for bar in bars]),
            barmode="overlay",
            shapes=[line],
            annotations=ends,
        ),
    }
    return Figure("likert", title, notes, spec)
