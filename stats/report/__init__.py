"""Publication tables: one table model, many formats. Takes a frame of ratings and the study's own words.

Functions named after a table build a ``Table``; ``FORMATS`` renders any table; ``likert_svgs`` draws
bars beside Table 2; ``readings`` says in words what Table 3 says in numbers.
"""

from stats.report.bars import likert_bars, likert_svgs
from stats.report.catch import catch
from stats.report.discordant import discordant
from stats.report.facts import CriterionFacts, StudyFacts
from stats.report.formats import FORMATS, Format
from stats.report.reading import Reading, readings
from stats.report.repeats import repeats
from stats.report.selection import Selection
from stats.report.table import Cell, Column, Row, Table
from stats.report.table1 import CohortFacts, GroupFacts, Spread, model_table, table1
from stats.report.table2 import table2
from stats.report.table2_tests import table2_tests
from stats.report.table3 import table3
from stats.report.table3_comparisons import table3_comparisons
from stats.report.table3_supplement import table3_supplement

__all__ = [
    "FORMATS",
    "Cell",
    "CohortFacts",
    "Column",
    "CriterionFacts",
    "Format",
    "GroupFacts",
    "Reading",
    "Row",
    "Selection",
    "Spread",
    "StudyFacts",
    "Table",
    "catch",
    "discordant",
    "likert_bars",
    "likert_svgs",
    "model_table",
    "readings",
    "repeats",
    "table1",
    "table2",
    "table2_tests",
    "table3",
    "table3_comparisons",
    "table3_supplement",
]
