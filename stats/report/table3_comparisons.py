"""Comparisons to Table 3: groups of readers, halves of the reading, one reader less, and other measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stats.ordinal.multiplicity import adjust
from stats.report.comparisons import Line, comparisons
from stats.report.facts import StudyFacts
from stats.report.findings import findings, specialties
from stats.report.numbers import count, fixed, interval, p_value
from stats.report.selection import Selection
from stats.report.table import Cell, Column, Footnotes, Row, Table

if TYPE_CHECKING:
    from pandas import DataFrame

NONE = "–"
NOT_ESTIMABLE = "not estimable"
COLUMNS = (
    Column("comparison", "Characteristic / comparison"),
    Column("estimate", "Estimate", numeric=True, exact=True),
    Column("ci", "95 % CI", numeric=True),
    Column("se", "SE", numeric=True, exact=True),
    Column("p", "P", numeric=True, exact=True),
    Column("p_holm", "P, Holm", numeric=True, exact=True),
)


def table3_comparisons(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> Table:
    """What agreement on each criterion is compared with, one line a comparison.

    ``ratings`` has columns criterion, video, reader, specialty, direction, score_ab, and position and
    submitted_at where the order of reading is known; one row a rating.
    """
    selection = selection or Selection()
    chosen = selection.of(ratings)
    specialty_of = specialties(chosen)
    found = findings(chosen, study)
    lines = {
        key: tuple(comparisons(finding, chosen[chosen["criterion"] == key], specialty_of))
        for finding in found
        for key in [finding.criterion.key]
    }
    adjusted = _adjusted(lines)
    footnotes = Footnotes()
    rows = []
    for finding in found:
        key = finding.criterion.key
        if selection.shows(key):
            rows.append(Row((Cell(finding.criterion.name), *[Cell("")] * (len(COLUMNS) - 1)), heading=True))
            rows += [_row(line, adjusted[line.name].get(key), footnotes) for line in lines[key]]
    return Table(
        key="table3c",
        title=f"Comparisons to Table 3. Readers, halves of the reading, and other measures"
        f"{selection.in_title}",
        columns=COLUMNS,
        rows=tuple(rows),
        notes=NOTES,
        footnotes=footnotes.listed(),
        notice=study.notice,
    )


def _adjusted(lines: dict[str, tuple[Line, ...]]) -> dict[str, dict[str, Cell]]:
    """{comparison: {criterion: Holm's P}}, adjusted over criteria for each comparison by itself."""
    p_values: dict[str, dict[str, float | None]] = {}
    for key, of_criterion in lines.items():
        for line in of_criterion:
            p_values.setdefault(line.name, {})[key] = line.p
    result: dict[str, dict[str, Cell]] = {}
    for name, by_criterion in p_values.items():
        tested = count(sum(p is not None for p in by_criterion.values()), "criterion", "criteria")
        how = f"Holm (1979), for the {tested} with this test."
        result[name] = {
            p.name: Cell(p_value(p.adjusted), p.adjusted, how=how)
            for p in adjust(by_criterion)
            if p.adjusted is not None
        }
    return result


def _row(line: Line, holm: Cell | None, footnotes: Footnotes) -> Row:
    nothing = line.estimate is None and not line.text
    head, *others = line.remarks or ("",)
    remarks = [f"Not estimable: {head}", *others] if nothing else list(line.remarks)
    marks = tuple(footnotes.mark(f"{remark[0].upper()}{remark[1:]}.") for remark in remarks)
    text = line.text or (NOT_ESTIMABLE if line.estimate is None else fixed(line.estimate, 2))
    return Row(
        cells=(
            Cell(line.name),
            Cell(text, line.estimate, how=line.how, marks=marks),
            Cell(interval(*line.limits), how=line.how_limits) if line.limits else Cell(NONE),
            Cell(NONE) if line.se is None else Cell(fixed(line.se, 3), line.se, how=line.how_se),
            Cell(NONE) if line.p is None else Cell(p_value(line.p), line.p, how=line.how_p),
            holm or Cell(NONE),
        ),
        indent=1,
    )


NOTES = (
    "Groups of readers and halves are compared on the same videos by a paired t test (Gwet 2016), given "
    "these readers: nothing is said about others. Read them as exploratory; Holm adjusts each comparison "
    "for the number of criteria.",
    "Halves are of each reader’s own order. Each half has about half of the readers on a video, so the "
    "difference in AC1 is uncertain; the distance from other readers uses all ratings.",
    "ICC, Kendall’s W and Friedman’s test take codes as numbers or ranks. They accompany AC1, and the first "
    "two are low where videos hardly differ, however well readers agree. Friedman’s test is no measure of "
    "agreement: it asks whether some readers give higher codes than others.",
)
