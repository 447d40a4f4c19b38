"""Table 3: what differs between the groups, and how far the readers agree on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stats.agreement import Agreement, NewReaders
from stats.report.facts import StudyFacts
from stats.report.findings import Finding, findings
from stats.report.numbers import count, fixed, interval, p_value
from stats.report.selection import Selection
from stats.report.table import Cell, Column, Footnotes, Row, Table

if TYPE_CHECKING:
    from pandas import DataFrame

NOT_ESTIMABLE = "not estimable"
NONE = "–"


def table3(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> Table:
    """Direction of each finding and Gwet's AC1 with its uncertainty.

    ``ratings`` has columns criterion, video, reader, specialty, direction, score_ab; one row a rating.
    """
    selection = selection or Selection()
    chosen = selection.of(ratings)
    footnotes = Footnotes()
    found = findings(chosen, study)
    tested = sum(finding.p_adjusted is not None for finding in found)
    rows = tuple(
        _row(finding, study, footnotes, tested) for finding in found if selection.shows(finding.criterion.key)
    )
    return Table(
        key="table3",
        title=f"Table 3. Differences between {study.group_b} and {study.group_a}, with agreement"
        f"{selection.in_title}",
        columns=_columns(study),
        rows=rows,
        notes=_notes(study),
        footnotes=footnotes.listed(),
        notice=study.notice,
    )


def _columns(study: StudyFacts) -> tuple[Column, ...]:
    return (
        Column("characteristic", "Characteristic"),
        Column("in_b", study.group_b),
        Column("in_a", study.group_a),
        Column("ac1", "Agreement (Gwet’s AC1)", numeric=True, exact=True),
        Column("ci", "95 % CI, given these readers", numeric=True),
        Column("se", "SE, these readers", numeric=True, exact=True),
        Column("se_new", "SE, new readers", numeric=True, exact=True),
        Column("p", "P, two-sided", numeric=True, exact=True),
        Column("p_holm", "P, Holm", numeric=True, exact=True),
        Column("benchmark", "Benchmark (95 % sure)"),
        Column("size", "Readers × videos", numeric=True),
    )


def _row(finding: Finding, study: StudyFacts, footnotes: Footnotes, tested: int) -> Row:
    here, beyond = finding.here, finding.beyond
    in_b, in_a = _directions(finding)
    marks = tuple(footnotes.mark(f"{warning[0].upper()}{warning[1:]}.") for warning in here.warnings)
    if here.estimate is None:
        marks = (footnotes.mark(f"Not estimable: {here.not_estimable}."),)
    return Row(
        cells=(
            Cell(finding.criterion.name),
            Cell(in_b, how=_how_direction(finding, study)),
            Cell(in_a),
            _ac1(here, marks),
            _interval(here),
            _standard_error(here),
            _new_readers(beyond, footnotes),
            _p(here),
            _p_adjusted(finding, tested),
            _benchmark(finding),
            Cell(f"{here.n_readers} × {here.n_subjects}", how=f"{count(here.n_ratings, 'rating')} in all."),
        )
    )


def _directions(finding: Finding) -> tuple[str, str]:
    """Words for group B, and for group A, which is its mirror image."""
    criterion, median = finding.criterion, finding.median
    if median is None:
        return NONE, NONE
    if median == 3:
        return "No change", "No change"
    words = (criterion.finding_low, criterion.finding_high)
    return words if median < 3 else (words[1], words[0])


def _how_direction(finding: Finding, study: StudyFacts) -> str:
    if finding.median is None:
        return ""
    return f"The median code from {study.group_a} to {study.group_b} is {finding.median:g}; 3 is no change."


def _ac1(here: Agreement, marks: tuple[str, ...]) -> Cell:
    if here.estimate is None or here.pa is None or here.pe is None:
        return Cell(NOT_ESTIMABLE, marks=marks)
    pa, pe = fixed(here.pa, 4), fixed(here.pe, 4)
    how = (
        f"AC1 = (pa − pe) / (1 − pe) = ({pa} − {pe}) / (1 − {pe}), "
        f"from {count(here.n_ratings, 'rating')} on a scale of 5 offered categories (Gwet 2008)."
    )
    return Cell(fixed(here.estimate, 2), value=here.estimate, how=how, marks=marks)


def _interval(here: Agreement) -> Cell:
    if here.ci_low is None or here.ci_high is None or here.df is None:
        return Cell(NONE)
    how = (
        f"AC1 ± t(0.975, {here.df}) × SE; the upper limit is cut at 1. It speaks about other videos read by "
        "these same readers."
    )
    return Cell(interval(here.ci_low, here.ci_high), how=how)


def _standard_error(here: Agreement) -> Cell:
    if here.se is None:
        return Cell(NONE)
    how = "√[ Σ (k*ᵢ − AC1)² / (n (n − 1)) ] over the subject-level values k*ᵢ of the videos (Gwet 2008)."
    return Cell(fixed(here.se, 3), value=here.se, how=how)


def _new_readers(beyond: NewReaders, footnotes: Footnotes) -> Cell:
    if beyond.se is None or beyond.se_readers is None:
        mark = footnotes.mark(f"Not estimable for new readers: {beyond.not_estimable}.")
        return Cell(NONE, marks=(mark,))
    left_out = ", ".join(f"{fixed(value, 2)} without {reader}" for reader, value in beyond.leave_one_out)
    how = (
        f"√(V for videos + V for readers); the readers’ part is {fixed(beyond.se_readers, 3)}², from leaving "
        f"one reader out: {left_out} (Gwet 2014, eq. 5.4.4)."
    )
    return Cell(fixed(beyond.se, 3), value=beyond.se, how=how)


def _p(here: Agreement) -> Cell:
    if here.p_two_sided is None or here.estimate is None or here.se is None:
        return Cell(NONE)
    how = (
        f"t = AC1 / SE = {fixed(here.estimate / here.se, 2)} on {here.df} degrees of freedom, two-sided. "
        "It says that AC1 differs from 0, not that it is high."
    )
    return Cell(p_value(here.p_two_sided), value=here.p_two_sided, how=how)


def _p_adjusted(finding: Finding, tested: int) -> Cell:
    if finding.p_adjusted is None:
        return Cell(NONE)
    how = f"Holm (1979), for the {count(tested, 'criterion', 'criteria')} with a test."
    return Cell(p_value(finding.p_adjusted), value=finding.p_adjusted, how=how)


def _benchmark(finding: Finding) -> Cell:
    result = finding.benchmark
    if result is None:
        return Cell(NONE)
    reached = "; ".join(f"{level} or better {100 * p:.1f} %" for level, p in result.cumulative[:4])
    return Cell(result.level, how=f"Probability of {reached}.")


def _notes(study: StudyFacts) -> tuple[str, ...]:
    return (
        f"Directions are read from the median answer to “{study.question}”; the column {study.group_a} "
        "is the reverse.",
        "Agreement is Gwet’s AC1, unweighted, on the five categories that readers were offered. The interval "
        "and the first standard error speak about these readers and other videos; the second standard error "
        "also counts that other readers might have been asked.",
        "P tests AC1 = 0, two-sided. Holm: adjusted for the number of criteria that were tested, also for "
        "those that are not shown here.",
        "Benchmark: the highest level of Landis and Koch that AC1 reaches with more than 95 % probability, "
        "given these readers.",
    )
