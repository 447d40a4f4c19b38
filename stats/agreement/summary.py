"""Several coefficients of several criteria at once, as a command or a page prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stats.agreement.inference import Agreement, agreement
from stats.agreement.ratings import Ratings

# In the order of the printed table: least to most corrected for chance, alpha last.
ALL = ("percent", "ac", "fleiss", "conger", "bp", "alpha")


def summary(
    tables: Mapping[str, Ratings],
    coefficients: Sequence[str] = ALL,
    *,
    weights: str = "identity",
    confidence: float = 0.95,
    population: float | None = None,
) -> list[tuple[str, Agreement]]:
    """(criterion, result) for each coefficient of each criterion. Raises ValueError as ``agreement`` does."""
    return [
        (
            criterion,
            agreement(
                ratings, coefficient=name, weights=weights, confidence=confidence, population=population
            ),
        )
        for criterion, ratings in tables.items()
        for name in coefficients
    ]
