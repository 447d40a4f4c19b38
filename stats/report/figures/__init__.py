"""Figures of a study as plotly figure dictionaries, and as SVG without a browser; plotly is not imported.

``FIGURES`` builds each from ``FigureData``; ``svg`` draws what they use of plotly's language.
"""

from stats.report.figures.figure import Figure, FigureData
from stats.report.figures.forest import forest
from stats.report.figures.likert import likert
from stats.report.figures.matrix import matrix
from stats.report.figures.order import order, times
from stats.report.figures.svg import svg

FIGURES = {"likert": likert, "forest": forest, "matrix": matrix, "order": order, "times": times}

__all__ = ["FIGURES", "Figure", "FigureData", "svg"]
