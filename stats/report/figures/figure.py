"""What a figure is made from and what it is."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stats.report.facts import StudyFacts
from stats.report.selection import Selection

if TYPE_CHECKING:
    from pandas import DataFrame

BLUE, ORANGE, GREY = "#2a7fb8", "#c8701a", "#808a93"
READERS = (BLUE, ORANGE, "#3a9150", "#9a5fb4", "#b8405a", "#7a6f2a", "#2f8f9d", "#6b737b")
FONT = {"family": "Helvetica, Arial, sans-serif", "size": 13, "color": "#1b2126"}
WIDTH = 820
LABEL_WIDTH = 26  # characters of a line beside the vertical axis


@dataclass(frozen=True)
class FigureData:
    """Ratings as for the tables, with position; ``times``: reader, position, seconds, a row a case.

    Both have specialty and direction too, and hold all of them; ``selection`` picks.
    """

    ratings: DataFrame
    times: DataFrame
    study: StudyFacts
    selection: Selection = field(default_factory=Selection)


@dataclass(frozen=True)
class Figure:
    """``spec`` is a plotly figure (data, layout); None where nothing is to be drawn: ``empty`` says why."""

    key: str
    title: str
    notes: str
    spec: dict[str, Any] | None = None
    empty: str = ""


def layout(
    *, height: int, x: dict[str, Any], y: dict[str, Any], left: int = 190, **more: Any
) -> dict[str, Any]:
    """The layout all figures share. Axes are linear with explicit range, tickvals and ticktext."""
    axis = {"zeroline": False, "fixedrange": True, "automargin": False}
    if "title" in x:
        x = x | {"title": {"standoff": 10, "font": {"size": FONT["size"]}} | x["title"]}
    return {
        "width": WIDTH,
        "height": height,
        "margin": {"l": left, "r": 30, "t": 40, "b": 60},
        "font": FONT,
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        "xaxis": axis | {"gridcolor": "rgba(128,138,147,0.3)"} | x,
        "yaxis": axis | {"showgrid": False} | y,
        **more,
    }


def rows_axis(names: list[str]) -> dict[str, Any]:
    """A vertical axis with one row a name, the first on top."""
    return {
        "range": [len(names) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": [wrapped(name) for name in names],
    }


def wrapped(text: str, width: int = LABEL_WIDTH) -> str:
    """Text in lines, with plotly's line break; '<' and '&' cannot start a tag.

    >>> wrapped("Medial femoral metaphyseal cortical thickness <b>")
    'Medial femoral metaphyseal<br>cortical thickness &lt;b>'
    """
    return "<br>".join(safe(line) for line in textwrap.wrap(text, width))


def safe(text: str) -> str:
    """Text that plotly, which knows a little HTML, shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
