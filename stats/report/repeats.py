"""How far readers agree with themselves: videos that a reader scored twice, criterion by criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stats.agreement import LIKERT5, Agreement, Ratings, agreement
from stats.report.agreement_table import NONE, SE
from stats.report.facts import StudyFacts
from stats.report.numbers import count, fixed
from stats.report.selection import Selection
from stats.report.table import Cell, Column, Footnotes, Row, Table

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = (
    Column("criterion", "Criterion / reader"),
    Column("pairs", "Videos read twice", numeric=True, exact=True),
    Column("same", "Same code", numeric=True, exact=True),
    Column("ac1", "AC1", numeric=True, exact=True),
    Column("ci", "95 % CI", numeric=True),
    Column("ac2", "AC2, quadratic", numeric=True, exact=True),
)


def repeats(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> Table:
    """Agreement of the first with the second reading, of all readers together and of each.

    ``ratings`` has columns criterion, specialty, direction, reader, video, reading (1 or 2), score_ab; one
    row a rating. Only videos with both readings count.
    """
    selection = selection or Selection()
    chosen = selection.of(ratings)
    footnotes = Footnotes()
    rows: list[Row] = []
    for criterion in study.criteria:
        if not selection.shows(criterion.key):
            continue
        pairs = _pairs(chosen[chosen["criterion"] == criterion.key])
        rows.append(_row(criterion.name, pairs, footnotes, heading=True))
        for reader in sorted({reader for reader, _ in pairs}):
            own = {key: scores for key, scores in pairs.items() if key[0] == reader}
            rows.append(_row(reader, own, footnotes))
    return Table(
        key="repeats",
        title=f"Agreement of readers with themselves{selection.in_title}",
        columns=COLUMNS,
        rows=tuple(rows),
        notes=(
            "Each reader scored some blinded videos a second time, without being told. The first and the "
            "second reading are compared as two readers would be; all other tables hold first readings only.",
            "The interval of all readers together adds the deviations of a video up over its readers first.",
        ),
        footnotes=footnotes.listed(),
        notice=study.notice,
    )


Pairs = dict[tuple[str, str], tuple[int, int]]


def _pairs(ratings: DataFrame) -> Pairs:
    """(first, second) A→B codes by reader and video, where there are both."""
    columns = ratings[["reader", "video", "reading", "score_ab"]].itertuples(index=False)
    found: dict[tuple[str, str], dict[int, int]] = {}
    for reader, video, reading, score in columns:
        found.setdefault((reader, video), {})[reading] = score
    return {key: (both[1], both[2]) for key, both in sorted(found.items()) if len(both) == 2}


def _row(name: str, pairs: Pairs, footnotes: Footnotes, *, heading: bool = False) -> Row:
    if not pairs:
        return Row((Cell(name), Cell("0", 0), *[Cell(NONE)] * 4), heading=heading)
    table = Ratings.from_matrix(
        list(pairs.values()), LIKERT5, subjects=list(pairs), readers=("first", "second")
    )
    clusters = [video for _, video in pairs] if heading else None
    ac1 = agreement(table, clusters=clusters)
    ac2 = agreement(table, weights="quadratic", clusters=clusters)
    same = sum(first == second for first, second in pairs.values())
    return Row(
        cells=(
            Cell(name),
            Cell(str(len(pairs)), len(pairs), how=f"{count(len(pairs), 'video')} with two readings."),
            Cell(
                f"{100 * same / len(pairs):.0f}%",
                same / len(pairs),
                how=f"{same} of {len(pairs)} second readings have the code of the first.",
            ),
            _estimate(ac1, footnotes),
            _interval(ac1),
            _estimate(ac2, footnotes),
        ),
        indent=0 if heading else 1,
        heading=heading,
    )


def _estimate(found: Agreement, footnotes: Footnotes) -> Cell:
    reasons = [f"not estimable: {found.not_estimable}"] if found.not_estimable else []
    marks = tuple(footnotes.mark(f"{text[0].upper()}{text[1:]}.") for text in [*reasons, *found.warnings])
    if found.estimate is None or found.pa is None or found.pe is None:
        return Cell(NONE, marks=marks)
    how = f"(pa − pe) / (1 − pe) with pa = {fixed(found.pa, 4)} and pe = {fixed(found.pe, 4)}."
    return Cell(fixed(found.estimate, 2), found.estimate, how=how, marks=marks)


def _interval(found: Agreement) -> Cell:
    if found.ci_low is None or found.ci_high is None:
        return Cell(NONE)
    return Cell(f"{fixed(found.ci_low, 2)} to {fixed(found.ci_high, 2)}", how=f"From SE = {SE}")
