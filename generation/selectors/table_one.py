"""Table 1 of a cohort: groups, missing values, standardised differences; summed by the database."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Sum

from generation.models import Cohort, Radiograph

CATEGORIES = ("sex", "projection", "laterality", "implant", "site")
NUMBERS = ("age", "bmi")
CELL = ("group", *CATEGORIES[:-1], "split", "site")


@dataclass
class Measure:
    """Count, sum and sum of squares of a number in one group."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    @property
    def mean(self) -> float | None:
        return self.total / self.n if self.n else None

    @property
    def sd(self) -> float | None:
        """Standard deviation of a sample (n − 1); None for fewer than two."""
        if self.n < 2:
            return None
        return math.sqrt(max(self.squares - self.total**2 / self.n, 0.0) / (self.n - 1))


@dataclass
class Group:
    """One column of Table 1. ``numbers``: age, bmi; ``words``: category → word → films; '' is unknown."""

    name: str
    films: int = 0
    patients: int = 0
    numbers: dict[str, Measure] = field(default_factory=lambda: {name: Measure() for name in NUMBERS})
    words: dict[str, dict[str, int]] = field(
        default_factory=lambda: {name: defaultdict(int) for name in CATEGORIES}
    )
    dated: int = 0

    def missing(self, column: str) -> int:
        """Return how many films lack ``column``."""
        if column in NUMBERS:
            return self.films - self.numbers[column].n
        return self.films - self.dated if column == "date" else self.words[column].get("", 0)


@dataclass
class TableOne:
    """``groups`` by name, the films of no group last; ``splits``: split → (films, patients)."""

    groups: list[Group]
    splits: dict[str, tuple[int, int]]

    @property
    def films(self) -> int:
        return sum(group.films for group in self.groups)

    def words(self, column: str) -> list[str]:
        """Return the words of a category that occur, the unknown one left out."""
        return sorted({word for group in self.groups for word in group.words[column] if word})

    def difference(self, column: str) -> float | None:
        """Return the largest absolute standardised difference of two groups; None where none can be had."""
        named = [group for group in self.groups if group.name]
        found = [
            abs(value)
            for place, one in enumerate(named)
            for other in named[place + 1 :]
            if (value := self._between(column, one, other)) is not None
        ]
        return max(found, default=None)

    def _between(self, column: str, one: Group, other: Group) -> float | None:
        if column in NUMBERS:
            return difference_of_means(one.numbers[column], other.numbers[column])
        words = self.words(column)
        counts = [[group.words[column].get(word, 0) for word in words] for group in (one, other)]
        return difference_of_shares(counts)


def difference_of_means(one: Measure, other: Measure) -> float | None:
    """Return (m1 − m2) / √((s1² + s2²) / 2): the standardised difference of a number (Austin 2009, eq. 1).

    >>> round(difference_of_means(Measure(2, 4.0, 10.0), Measure(2, 8.0, 34.0)), 6)
    -1.414214
    """
    if one.sd is None or other.sd is None or one.mean is None or other.mean is None:
        return None
    pooled = math.sqrt((one.sd**2 + other.sd**2) / 2)
    return (one.mean - other.mean) / pooled if pooled else (0.0 if one.mean == other.mean else None)


def difference_of_shares(counts: list[list[int]]) -> float | None:
    """Return √((p1 − p2)ᵀ S⁻¹ (p1 − p2)) over all words but one, S the mean of both covariances.

    Standardised difference of a category (Yang and Dalton 2012); with two words it is Austin's for a share.
    """
    import numpy as np

    table = np.array(counts, dtype=float)
    if table.size == 0 or (table.sum(axis=1) == 0).any():
        return None
    shares = (table / table.sum(axis=1, keepdims=True))[:, 1:]
    if shares.shape[1] == 0:
        return 0.0
    spread = sum(np.diag(p) - np.outer(p, p) for p in shares) / 2
    apart = shares[0] - shares[1]
    try:
        return float(np.sqrt(max(apart @ np.linalg.solve(spread, apart), 0.0)))
    except np.linalg.LinAlgError:
        return 0.0 if not apart.any() else None


@dataclass(frozen=True)
class Counts:
    """What the database counted. ``cells``: CELL's columns, films (n), those dated, sums of the numbers.

    ``patients``: "group" and "split" → word → patients. Words and numbers alone, so that JSON holds it.
    """

    cells: list[dict[str, Any]]
    patients: dict[str, dict[str, int]]

    def films(self, wanted: dict[str, Any]) -> int:
        """Return how many films have the ``wanted`` values of CELL's columns."""
        return sum(
            cell["n"] for cell in self.cells if all(cell[column] == value for column, value in wanted.items())
        )


def table_one(cohort: Cohort) -> TableOne:
    """Return Table 1 in three queries, whatever the number of films."""
    return table_of(count_films(cohort))


def count_films(cohort: Cohort) -> Counts:
    """Count the films and patients of a cohort."""
    films = Radiograph.objects.filter(cohort=cohort).order_by()
    sums = {f"{name}_total": Sum(name) for name in NUMBERS}
    sums |= {f"{name}_squares": Sum(F(name) * F(name)) for name in NUMBERS}
    counts = {f"{name}_n": Count(name) for name in NUMBERS}
    cells = films.values(*CELL).annotate(n=Count("pk"), dated=Count("shifted_date"), **counts, **sums)
    return Counts(
        list(cells),
        {
            column: dict(films.values_list(column).annotate(n=Count("patient", distinct=True)))
            for column in ("group", "split")
        },
    )


def table_of(counts: Counts) -> TableOne:
    """Return Table 1 of what was counted."""
    groups: dict[str, Group] = {}
    splits: dict[str, int] = defaultdict(int)
    for cell in counts.cells:
        add(groups.setdefault(cell["group"], Group(cell["group"])), cell)
        splits[cell["split"]] += cell["n"]
    for name, group in groups.items():
        group.patients = counts.patients["group"][name]
    order = [name for name in ("train", "val", "test", "") if name in splits]
    return TableOne(
        sorted(groups.values(), key=lambda group: (not group.name, group.name)),
        {name: (splits[name], counts.patients["split"][name]) for name in order},
    )


def add(group: Group, cell: dict[str, Any]) -> None:
    """Add one cell of the database's grouping to a group."""
    group.films += cell["n"]
    group.dated += cell["dated"]
    for name in NUMBERS:
        measure = group.numbers[name]
        measure.n += cell[f"{name}_n"]
        measure.total += cell[f"{name}_total"] or 0.0
        measure.squares += cell[f"{name}_squares"] or 0.0
    for name in CATEGORIES:
        value = cell[name]
        group.words[name]["" if value is None else word_of(value)] += cell["n"]


def word_of(value: Any) -> str:
    """Return a stored value as a word."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
