"""A plain table of agreement coefficients, one row each, for any ratings."""

from __future__ import annotations

from collections.abc import Sequence

from stats.agreement import COEFFICIENTS, Agreement
from stats.report.numbers import count, fixed, p_value
from stats.report.table import Cell, Column, Footnotes, Row, Table

NONE = "–"
SE = "√[ (1 − f) Σ (k*ᵢ − K)² / (n (n − 1)) ] over subject-level values; f = n / population (Gwet 2014)."


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
    return Row(
        cells=(
            Cell(criterion),
            Cell(f"{_name(result)}{weights}"),
            _estimate(result, marks),
            _number(result.se, SE),
            _interval(result),
            _p(result),
            _number(result.pa, "Observed agreement: mean share of pairs of ratings of a video that agree."),
            _number(result.pe, f"Chance agreement as {_name(result)} defines it."),
            Cell(
                f"{result.n_readers} × {result.n_subjects}",
                how=f"{count(result.n_ratings, 'rating')} in all.",
            ),
        )
    )


def _estimate(result: Agreement, marks: tuple[str, ...]) -> Cell:
    if result.estimate is None:
        return Cell(NONE, marks=marks)
    how = "The observed agreement pa itself."
    if result.coefficient != "percent":
        how = f"(pa − pe) / (1 − pe) = ({_four(result.pa)} − {_four(result.pe)}) / (1 − {_four(result.pe)})."
    return Cell(fixed(result.estimate, 3), result.estimate, how=how, marks=marks)


def _interval(result: Agreement) -> Cell:
    if result.ci_low is None or result.ci_high is None or result.df is None:
        return Cell(NONE)
    quantile = f"t({(1 + result.confidence) / 2:g}, {result.df})"
    how = f"Estimate ± {quantile} × SE; the upper limit is cut at 1."
    return Cell(f"{fixed(result.ci_low, 3)} to {fixed(result.ci_high, 3)}", how=how)


def _p(result: Agreement) -> Cell:
    if result.p_two_sided is None or result.estimate is None or not result.se:
        return Cell(NONE)
    how = f"t = estimate / SE = {fixed(result.estimate / result.se, 2)} on {result.df} degrees of freedom."
    return Cell(p_value(result.p_two_sided), result.p_two_sided, how=how)


def _name(result: Agreement) -> str:
    if result.coefficient == "ac":
        return "Gwet’s AC1" if result.weights == "identity" else "Gwet’s AC2"
    return COEFFICIENTS[result.coefficient].title


def _number(value: float | None, how: str) -> Cell:
    return Cell(NONE) if value is None else Cell(fixed(value, 3), value, how=how)


def _four(value: float | None) -> str:
    return NONE if value is None else fixed(value, 4)
