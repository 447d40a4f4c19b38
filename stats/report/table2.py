"""Table 2: how often each category was chosen, and the median code, criterion by criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stats.ordinal import QUANTILE_TYPE, Frequencies, frequencies, quartiles
from stats.report.facts import CriterionFacts, StudyFacts
from stats.report.numbers import count
from stats.report.selection import Selection
from stats.report.table import Cell, Column, Footnotes, Row, Table

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = (
    Column("criterion", "Criterion / category"),
    Column("value", "Median (IQR) / frequency", numeric=True),
    Column("count", "Ratings", numeric=True, exact=True),
)


def table2(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> Table:
    """Frequencies and median (IQR) of the A→B codes.

    ``ratings`` has columns criterion, specialty, direction, score_ab; one row a rating. A criterion without
    ratings keeps its rows and says so.
    """
    selection = selection or Selection()
    chosen = selection.of(ratings)
    footnotes = Footnotes()
    rows: list[Row] = []
    for criterion in study.criteria:
        if not selection.shows(criterion.key):
            continue
        scores = chosen.loc[chosen["criterion"] == criterion.key, "score_ab"].tolist()
        remark = study.remarks.get(criterion.key, "") if selection.everything else ""
        marks = (footnotes.mark(remark),) if remark else ()
        rows += _criterion_rows(criterion, scores, marks)
    return Table(
        key="table2",
        title=f"Table 2. Frequency of selected categories for each criterion{selection.in_title}",
        columns=COLUMNS,
        rows=tuple(rows),
        notes=_notes(chosen, study),
        footnotes=footnotes.listed(),
        notice=study.notice,
    )


def _criterion_rows(criterion: CriterionFacts, scores: list[int], marks: tuple[str, ...]) -> list[Row]:
    found, quarters = frequencies(scores, categories=len(criterion.anchors)), quartiles(scores)
    how = (
        ""
        if quarters is None
        else f"Quartiles of {count(found.total, 'rating')}, {QUANTILE_TYPE}: Q1 = {quarters.q1:g}, "
        f"median = {quarters.median:g}, Q3 = {quarters.q3:g}; IQR = Q3 − Q1."
    )
    head = Row(
        cells=(
            Cell(criterion.name),
            Cell(str(quarters) if quarters else "no ratings", how=how, marks=marks),
            Cell(str(found.total), value=found.total, how="All ratings of this criterion."),
        ),
        heading=True,
    )
    return [head, *(_category_row(code, criterion, found) for code in range(1, len(criterion.anchors) + 1))]


def _category_row(code: int, criterion: CriterionFacts, found: Frequencies) -> Row:
    chosen = found.counts[code - 1]
    share = f"{found.percent[code - 1]}%" if found.total else ""
    how = f"{chosen} of {found.total} = {100 * chosen / found.total:.2f} %." if found.total else ""
    return Row(
        cells=(
            Cell(f"{code}. {criterion.anchors[code - 1]}"),
            Cell(share, how=how),
            Cell(f"{chosen}/{found.total}", value=chosen, how=f"Ratings with code {code}, of all."),
        ),
        indent=1,
    )


def _notes(chosen: DataFrame, study: StudyFacts) -> tuple[str, ...]:
    notes = [
        f"The question was: “{study.question}”",
        "The median is the code of the category; IQR is the interquartile range, as one number. "
        f"Quantiles are of {QUANTILE_TYPE}.",
        "Percentages are rounded by largest remainder, so that those of a criterion total 100.",
    ]
    turned = int((chosen["direction"] == "BA").sum())
    if turned:
        notes.append(
            f"Ratings of videos shown {study.group_b} → {study.group_a} ({turned} of {len(chosen)}) are "
            f"turned into codes for {study.group_a} → {study.group_b}: code k becomes 6 − k."
        )
    return tuple(notes)
