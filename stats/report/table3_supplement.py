"""Supplement to Table 3: other readers, partial agreement, and the specialties apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stats.agreement import Agreement, agreement
from stats.report.facts import StudyFacts
from stats.report.findings import Finding, Subgroups, findings, specialties, subgroups
from stats.report.numbers import fixed, interval, p_value
from stats.report.selection import SPECIALTIES, Selection
from stats.report.table import Cell, Column, Footnotes, Row, Table

if TYPE_CHECKING:
    from pandas import DataFrame

NONE = "–"
WEIGHTS = ("linear", "quadratic")


def table3_supplement(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> Table:
    """Interval for new readers, AC2, AC1 of each specialty and the paired test between them.

    ``ratings`` has columns criterion, video, reader, specialty, direction, score_ab; one row a rating. Where
    one specialty is selected, or there is but one, there are no columns to compare.
    """
    selection = selection or Selection()
    chosen = selection.of(ratings)
    found = findings(chosen, study)
    apart = subgroups(found, specialties(chosen))
    names = list(next(iter(apart.values())).agreements) if apart else []
    names = names if len(names) > 1 else []
    footnotes = Footnotes()
    return Table(
        key="table3s",
        title=f"Supplement to Table 3. New readers, partial agreement and specialties{selection.in_title}",
        columns=_columns(names),
        rows=tuple(
            _row(finding, apart[finding.criterion.key], names, footnotes)
            for finding in found
            if selection.shows(finding.criterion.key)
        ),
        notes=_notes(names),
        footnotes=footnotes.listed(),
        notice=study.notice,
    )


def _columns(names: list[str]) -> tuple[Column, ...]:
    by_specialty = [
        Column(f"ac1_{name}", f"AC1, {SPECIALTIES[name]}", numeric=True, exact=True) for name in names
    ]
    compared = [
        Column("difference", f"{_pair(names)}: difference", numeric=True, exact=True),
        Column("difference_ci", "95 % CI of the difference", numeric=True),
        Column("difference_p", "P, paired", numeric=True, exact=True),
        Column("difference_holm", "P, Holm", numeric=True, exact=True),
    ]
    return (
        Column("characteristic", "Characteristic"),
        Column("ci_new", "AC1: 95 % CI, new readers", numeric=True),
        *(Column(f"ac2_{name}", f"AC2, {name}", numeric=True, exact=True) for name in WEIGHTS),
        *by_specialty,
        *(compared if names else []),
    )


def _pair(names: list[str]) -> str:
    return " − ".join(
        SPECIALTIES[name].capitalize() if i == 0 else SPECIALTIES[name] for i, name in enumerate(names[:2])
    )


def _row(finding: Finding, apart: Subgroups, names: list[str], footnotes: Footnotes) -> Row:
    return Row(
        cells=(
            Cell(finding.criterion.name),
            _new_readers(finding, footnotes),
            *(_ac2(finding, weights) for weights in WEIGHTS),
            *(_subgroup(apart.agreements[name], footnotes) for name in names),
            *(_compared(apart, footnotes) if names else ()),
        )
    )


def _new_readers(finding: Finding, footnotes: Footnotes) -> Cell:
    beyond = finding.beyond
    if beyond.ci_low is None or beyond.ci_high is None:
        return Cell(NONE, marks=(footnotes.mark(f"Not estimable for new readers: {beyond.not_estimable}."),))
    how = "AC1 ± 1.96 × SE for new readers, upper limit cut at 1 (Gwet 2014, eq. 5.4.4)."
    return Cell(interval(beyond.ci_low, beyond.ci_high), how=how)


def _ac2(finding: Finding, weights: str) -> Cell:
    result = agreement(finding.ratings, weights=weights)
    if result.estimate is None:
        return Cell(NONE)
    how = f"AC2 with {weights} weights: answers that lie near each other agree in part. {_pa_pe(result)}"
    return Cell(fixed(result.estimate, 2), result.estimate, how=how)


def _subgroup(result: Agreement, footnotes: Footnotes) -> Cell:
    if result.estimate is None:
        return Cell(NONE, marks=(footnotes.mark(f"Not estimable: {result.not_estimable}."),))
    how = f"{result.n_readers} readers, {result.n_subjects} videos. {_pa_pe(result)}"
    return Cell(fixed(result.estimate, 2), result.estimate, how=how)


def _pa_pe(result: Agreement) -> str:
    if result.pa is None or result.pe is None:
        return ""
    se = "" if result.se is None else f"; SE {fixed(result.se, 3)}, given these readers"
    return f"pa = {fixed(result.pa, 4)}, pe = {fixed(result.pe, 4)}{se}."


def _compared(apart: Subgroups, footnotes: Footnotes) -> tuple[Cell, ...]:
    result = apart.comparison
    if result is None or result.difference is None:
        return (Cell(NONE),) * 4
    difference = Cell(
        fixed(result.difference, 2), result.difference, how="AC1 of the first minus the second."
    )
    if result.p_two_sided is None or result.ci_low is None or result.ci_high is None or result.t is None:
        mark = footnotes.mark(f"No test: {result.not_estimable}.")
        return difference, Cell(NONE), Cell(NONE, marks=(mark,)), Cell(NONE)
    how = (
        f"Paired t test over videos: t = {fixed(result.t, 2)} on {result.df} degrees of freedom, "
        f"SE {fixed(result.se or 0.0, 3)} (Gwet 2016)."
    )
    return (
        difference,
        Cell(interval(result.ci_low, result.ci_high), how=f"Difference ± t(0.975, {result.df}) × its SE."),
        Cell(p_value(result.p_two_sided), result.p_two_sided, how=how),
        _holm(apart.p_adjusted),
    )


def _holm(p: float | None) -> Cell:
    if p is None:
        return Cell(NONE)
    return Cell(p_value(p), p, how="Holm (1979), for the criteria with a test.")


def _notes(names: list[str]) -> tuple[str, ...]:
    notes = [
        "The interval for new readers counts that other readers might have been asked; the interval of "
        "Table 3 does not.",
        "AC2 counts answers that lie near each other as agreeing in part, by distance (linear) or squared "
        "distance (quadratic). It is nearly always above AC1: a sensitivity analysis, not a substitute.",
    ]
    if names:
        notes.append(
            "Specialties are compared on the same videos, given these readers: the test says nothing about "
            f"other {SPECIALTIES[names[0]]} or {SPECIALTIES[names[1]]}. Read it as exploratory; Holm adjusts "
            "for the number of criteria."
        )
    return tuple(notes)
