"""Table 2 for any ratings on any scale: how often each category was chosen, and the median."""

from __future__ import annotations

from collections.abc import Mapping

from stats.agreement import Ratings
from stats.ordinal import QUANTILE_TYPE, Quartiles, frequencies, quartiles
from stats.report.table import Cell, Column, Row, Table


def frequency_table(tables: Mapping[str, Ratings]) -> Table:
    """Counts, percentages and median (IQR) of each criterion; '' is a file's only one, without a name."""
    words = any(isinstance(ratings.scale.categories[0], str) for ratings in tables.values())
    ranks = "ranks of the categories, 1 first" if words else "scores"
    return Table(
        key="frequencies",
        title="Frequency of each category",
        columns=(
            Column("criterion", "Criterion / category"),
            Column("value", "Median (IQR) / frequency", numeric=True),
            Column("count", "Ratings", numeric=True, exact=True),
        ),
        rows=tuple(row for criterion, ratings in tables.items() for row in _rows(criterion, ratings)),
        notes=(
            f"Median and interquartile range of the {ranks}; quantiles are of {QUANTILE_TYPE}.",
            "Percentages are rounded by largest remainder, so that those of a criterion total 100.",
        ),
    )


def _rows(criterion: str, ratings: Ratings) -> list[Row]:
    codes = ratings.codes[ratings.codes >= 0]
    found = frequencies([int(code) + 1 for code in codes], categories=len(ratings.scale))
    quarters = quartiles(ratings.scale.values[codes].tolist())
    head = Row(
        cells=(
            Cell(criterion or "All ratings"),
            _median(quarters),
            Cell(str(found.total), found.total, how="All ratings of this criterion."),
        ),
        heading=True,
    )
    shares = zip(ratings.scale.categories, found.percent, found.counts, strict=True)
    return [
        head,
        *(
            Row((Cell(str(category)), *_share(percent, n, found.total)), indent=1)
            for category, percent, n in shares
        ),
    ]


def _median(quarters: Quartiles | None) -> Cell:
    if quarters is None:
        return Cell("no ratings")
    how = f"Q1 = {quarters.q1:g}, median = {quarters.median:g}, Q3 = {quarters.q3:g}; IQR = Q3 − Q1."
    return Cell(str(quarters), how=how)


def _share(percent: int, n: int, total: int) -> tuple[Cell, Cell]:
    exact = f"{n} of {total} = {100 * n / total:.2f} %." if total else ""
    return Cell(f"{percent}%", how=exact), Cell(f"{n}/{total}", n, how="Ratings with this category, of all.")
