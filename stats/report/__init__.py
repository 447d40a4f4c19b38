"""Publication tables: one table model, many formats. Takes a frame of ratings and the study's own words.

``table2`` and ``table3`` build a ``Table``; ``FORMATS`` renders any table; ``likert_svgs`` draws
bars beside Table 2.
"""

from stats.report.bars import likert_bars, likert_svgs
from stats.report.facts import CriterionFacts, StudyFacts
from stats.report.formats import FORMATS, Format
from stats.report.selection import Selection
from stats.report.table import Cell, Column, Row, Table
from stats.report.table2 import table2
from stats.report.table3 import table3

__all__ = [
    "FORMATS",
    "Cell",
    "Column",
    "CriterionFacts",
    "Format",
    "Row",
    "Selection",
    "StudyFacts",
    "Table",
    "likert_bars",
    "likert_svgs",
    "table2",
    "table3",
]
