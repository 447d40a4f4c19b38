"""Table 2 for any ratings on any scale: how often each category was chosen, and the median."""

from __future__ import annotations

from collections.abc import Mapping

from stats.agreement import Ratings
from stats.ordinal import QUANTILE_TYPE, frequencies, quartiles
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
            Cell(str(quarters) if quarters else "no ratings"),
            Cell(str(found.total), found.total),
        ),
        heading=True,
    )
    shares = zip(ratings.scale.categories, found.percent, found.counts, strict=True)
    return [
        head,
        *(
            Row((Cell(str(category)), Cell(f"{percent}%"), Cell(f"{n}/{found.total}", n)), indent=1)
            for category, percent, n in shares
        ),
    ]
