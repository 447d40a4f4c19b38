"""A plain table of agreement coefficients, one row each, for any ratings."""

from __future__ import annotations

from collections.abc import Sequence

from stats.agreement import COEFFICIENTS, Agreement
from stats.report.numbers import fixed, p_value
from stats.report.table import Cell, Column, Footnotes, Row, Table

NONE = "–"


def agreement_table(results: Sequence[tuple[str, Agreement]]) -> Table:
    """Estimate, SE, interval and p of (criterion, result) pairs; what is missing has a footnote why."""
    footnotes = Footnotes()
    confidence = {round(100 * result.confidence, 4) for _, result in results}
    level = f"{confidence.pop():g} %" if len(confidence) == 1 else ""
    columns = (
        Column("criterion", "Criterion"),
        Column("coefficient", "Coefficient"),
        Column("estimate", "Estimate", numeric=True, exact=True),
        Column("se", "SE", numeric=True, exact=True),
        Column("ci", f"{level} CI".strip(), numeric=True),
        Column("p", "P, two-sided", numeric=True, exact=True),
        Column("pa", "pa", numeric=True, exact=True),
        Column("pe", "pe", numeric=True, exact=True),
        Column("size", "Readers × videos", numeric=True),
    )
    return Table(
        key="agreement",
        title="Agreement between readers",
        columns=columns,
        rows=tuple(_row(criterion, result, footnotes) for criterion, result in results),
        notes=("Standard errors, intervals and P speak about other videos read by these readers.",),
        footnotes=footnotes.listed(),
    )


def _row(criterion: str, result: Agreement, footnotes: Footnotes) -> Row:
    reasons = [f"not estimable: {result.not_estimable}"] if result.not_estimable else []
    marks = tuple(footnotes.mark(f"{text[0].upper()}{text[1:]}.") for text in [*reasons, *result.warnings])
    weights = "" if result.weights == "identity" else f" ({result.weights} weights)"
    interval = NONE
    if result.ci_low is not None and result.ci_high is not None:
        interval = f"{fixed(result.ci_low, 3)} to {fixed(result.ci_high, 3)}"
    p = result.p_two_sided
    return Row(
        cells=(
            Cell(criterion),
            Cell(f"{_name(result)}{weights}"),
            Cell(
                NONE if result.estimate is None else fixed(result.estimate, 3), result.estimate, marks=marks
            ),
            _number(result.se),
            Cell(interval),
            Cell(NONE if p is None else p_value(p), p),
            _number(result.pa),
            _number(result.pe),
            Cell(f"{result.n_readers} × {result.n_subjects}"),
        )
    )


def _name(result: Agreement) -> str:
    if result.coefficient == "ac":
        return "Gwet’s AC1" if result.weights == "identity" else "Gwet’s AC2"
    return COEFFICIENTS[result.coefficient].title


def _number(value: float | None) -> Cell:
    return Cell(NONE if value is None else fixed(value, 3), value)
