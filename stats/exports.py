"""Files of ratings and tables, for downloads and for `export_tables`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stats.report.csv_format import csv_text

if TYPE_CHECKING:
    from pandas import DataFrame


def ratings_csv(ratings: DataFrame, *, notice: str = "") -> str:
    """Ratings, one line each, times in UTC (ISO 8601); a study's notice is the last column."""
    columns = list(ratings.columns)
    lines = []
    for row in ratings.itertuples(index=False):
        values = dict(zip(columns, row, strict=True))
        for key in ("answered_at", "submitted_at"):
            values[key] = values[key].isoformat()
        lines.append([*values.values(), *[notice] * bool(notice)])
    return csv_text([*columns, *["notice"] * bool(notice)], lines)
