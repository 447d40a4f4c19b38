"""Reader × reader: how far each two agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from stats.agreement.comparison import by_pairs_of_readers
from stats.report.figures.figure import Figure, FigureData, layout, safe
from stats.report.findings import findings, specialties
from stats.report.numbers import count, fixed
from stats.report.selection import SPECIALTIES

LOW, HIGH = "#eef5f9", "#1f5f8b"
DARK_FROM = 0.55  # cells from here on have white numbers


def matrix(data: FigureData) -> Figure:
    """AC1 of each pair of readers, averaged over the criteria that are shown."""
    selection = data.selection
    chosen = selection.of(data.ratings)
    shown = [f for f in findings(chosen, data.study) if selection.shows(f.criterion.key)]
    title = "Agreement (AC1) of each two readers"
    notes = (
        f"AC1 on {shown[0].criterion.name}."
        if len(shown) == 1
        else f"Mean AC1 over {count(len(shown), 'criterion', 'criteria')}; choose one above to see it alone."
    )
    notes += " A pair has a wide interval: read the pattern, not a cell."
    specialty_of = specialties(chosen)
    readers = sorted(specialty_of, key=lambda reader: (specialty_of[reader], reader))
    values: dict[frozenset[Hashable], list[float]] = defaultdict(list)
    for finding in shown:
        for pair, result in by_pairs_of_readers(finding.ratings).items():
            if result.estimate is not None:
                values[frozenset(pair)].append(result.estimate)
    if not values:
        return Figure("matrix", title, notes, empty="No two readers have rated one video yet.")
    z = [[_mean(values[frozenset((a, b))]) if a != b else None for b in readers] for a in readers]
    names = [f"{safe(r)}<br>{SPECIALTIES[specialty_of[r]].removesuffix('s')}" for r in readers]
    side = 74 * len(readers)
    frame = layout(
        height=side + 100,
        left=110,
        x={
            "range": [-0.5, len(readers) - 0.5],
            "tickvals": list(range(len(readers))),
            "ticktext": names,
            "showgrid": False,
        },
        y={"range": [len(readers) - 0.5, -0.5], "tickvals": list(range(len(readers))), "ticktext": names},
        annotations=[
            {
                "x": j,
                "y": i,
                "text": fixed(value, 2),
                "showarrow": False,
                "font": {"color": "#ffffff" if value >= DARK_FROM else "#1b2126"},
            }
            for i, row in enumerate(z)
            for j, value in enumerate(row)
            if value is not None
        ],
    )
    frame |= {"width": side + 140}
    heat = {
        "type": "heatmap",
        "z": z,
        "x": list(range(len(readers))),
        "y": list(range(len(readers))),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, LOW], [1, HIGH]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "z",
    }
    return Figure("matrix", title, notes, {"data": [heat], "layout": frame})


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
