"""What a cohort is, for page and terminal: Table 1, missing values, splits, the flow of files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from generation.models import Cohort, CohortImport
from generation.selectors.table_one import CATEGORIES, NUMBERS, Group, TableOne
from generation.selectors.words import said

NOTABLE = 0.1  # Austin 2009: a standardised difference above this is not negligible
MISSING = (*NUMBERS, *CATEGORIES, "date")
IMPORTS_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One line: label, a cell for each group, and the standardised difference where the line has one."""

    label: str
    cells: tuple[str, ...]
    difference: float | None = None
    inner: bool = False

    @property
    def is_notable(self) -> bool:
        return self.difference is not None and self.difference > NOTABLE


@dataclass(frozen=True)
class Flow:
    """One import: files that came, those not taken by status and kind of reason, films taken."""

    run: CohortImport
    steps: tuple[tuple[str, int, tuple[tuple[str, int], ...]], ...]
    taken: int


@dataclass(frozen=True)
class Report:
    """All of it. ``groups``: (name, films, patients); ``splits``: (name, films, patients, share of films)."""

    table: TableOne
    groups: tuple[tuple[str, int, int], ...]
    lines: tuple[Line, ...]
    missing: tuple[Line, ...]
    splits: tuple[tuple[str, int, int, str], ...]
    flows: tuple[Flow, ...]


def report_of(cohort: Cohort, table: TableOne) -> Report:
    """Return the report of a cohort whose Table 1 is ``table``."""
    return Report(
        table=table,
        groups=tuple((group.name or _("no group"), group.films, group.patients) for group in table.groups),
        lines=tuple(lines_of(table)),
        missing=tuple(
            Line(name_of(column), tuple(part(group.missing(column), group.films) for group in table.groups))
            for column in MISSING
        ),
        splits=tuple(
            (name or _("none"), films, people, percent(films, table.films))
            for name, (films, people) in table.splits.items()
        ),
        flows=tuple(flow_of(run) for run in cohort.imports.all()[:IMPORTS_SHOWN]),
    )


def lines_of(table: TableOne) -> list[Line]:
    """Return the lines of Table 1: numbers as mean (SD), categories as films (share of those known)."""
    lines = []
    for name in NUMBERS:
        cells = tuple(mean_and_sd(group, name) for group in table.groups)
        label = _("%(name)s: mean (SD)") % {"name": name_of(name)}
        lines.append(Line(label, cells, table.difference(name)))
    for name in CATEGORIES:
        words = table.words(name)
        if not words:
            continue
        lines.append(Line(name_of(name), ("",) * len(table.groups), table.difference(name)))
        for word in words:
            cells = tuple(
                part(group.words[name].get(word, 0), group.films - group.missing(name))
                for group in table.groups
            )
            lines.append(Line(said(word), cells, inner=True))
    return lines


def mean_and_sd(group: Group, name: str) -> str:
    """Return mean (SD) with one decimal."""
    measure = group.numbers[name]
    if measure.mean is None:
        return "–"
    return f"{measure.mean:.1f}" + (f" ({measure.sd:.1f})" if measure.sd is not None else "")


def part(count: int, whole: int) -> str:
    """Return a count with its share."""
    return f"{count:,} ({percent(count, whole)})" if whole else f"{count:,}"


def percent(count: int, whole: int) -> str:
    """Return a share with one decimal."""
    return f"{100 * count / whole:.1f} %" if whole else "–"


def name_of(column: str) -> str:
    """Return the name of a column for people."""
    names: dict[str, Callable[[], str]] = {
        "age": lambda: _("Age, years"),
        "bmi": lambda: _("Body mass index, kg/m²"),
        "sex": lambda: _("Sex"),
        "projection": lambda: _("Projection"),
        "laterality": lambda: _("Laterality"),
        "implant": lambda: _("Implant"),
        "site": lambda: _("Site"),
        "date": lambda: _("Date"),
    }
    return names[column]()


def flow_of(run: CohortImport) -> Flow:
    """Return an import as a flow of files: what went out at each step, and what was taken."""
    names = {
        "quarantined": _("not usable"),
        "duplicate": _("duplicates"),
        "held": _("held for a decision"),
    }
    return Flow(
        run,
        tuple(
            (names[status], run.counts.get(status, 0), kinds_of(run, status))
            for status in names
            if run.counts.get(status, 0)
        ),
        run.counts.get("taken", 0),
    )


def kinds_of(run: CohortImport, status: str) -> tuple[tuple[str, int], ...]:
    """Return the kinds of reasons of a status with how many files each."""
    return tuple((said(kind), count) for kind, count in run.reasons.get(status, {}).items())
