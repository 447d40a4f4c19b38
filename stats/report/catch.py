"""Null videos (A→A), in which nothing changes: who scores a change there sees what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stats.report.facts import CriterionFacts, StudyFacts
from stats.report.selection import Selection
from stats.report.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from pandas import DataFrame

NO_CHANGE = 3
COLUMNS = (
    Column("criterion", "Criterion / reader"),
    Column("ratings", "Ratings", numeric=True, exact=True),
    Column("no_change", "No change", numeric=True, exact=True),
    Column("slight", "Slight change", numeric=True, exact=True),
    Column("strong", "Strong change", numeric=True, exact=True),
)


def catch(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> Table:
    """Codes given to null videos, of all readers together and of each.

    ``ratings`` has columns criterion, specialty, direction, reader, score; one row a rating.
    """
    selection = selection or Selection()
    chosen = selection.of(ratings)
    rows: list[Row] = []
    for criterion in study.criteria:
        if selection.shows(criterion.key):
            rows += _rows(criterion, chosen[chosen["criterion"] == criterion.key])
    return Table(
        key="catch",
        title=f"Null videos: changes seen where there is none{selection.in_title}",
        columns=COLUMNS,
        rows=tuple(rows),
        notes=(
            "In a null video all frames are of one group and the same. No change is code 3, a slight change "
            "code 2 or 4, a strong one code 1 or 5. These ratings are in no other table.",
        ),
        notice=study.notice,
    )


def _rows(criterion: CriterionFacts, ratings: DataFrame) -> list[Row]:
    readers = sorted(set(ratings["reader"]))
    of_readers = [(name, ratings.loc[ratings["reader"] == name, "score"].tolist()) for name in readers]
    return [
        Row((Cell(criterion.name), *_counts(ratings["score"].tolist())), heading=True),
        *(Row((Cell(name), *_counts(scores)), indent=1) for name, scores in of_readers),
    ]


def _counts(scores: list[int]) -> tuple[Cell, ...]:
    total = len(scores)
    steps = [sum(abs(score - NO_CHANGE) == step for score in scores) for step in range(3)]
    shares = (
        Cell(f"{100 * n / total:.0f}% ({n})" if total else "", n, how=f"{n} of {total} ratings.")
        for n in steps
    )
    return (Cell(str(total), total, how="Ratings of null videos."), *shares)
