"""Supplement to Table 2: does each criterion change at all, and do the specialties see it alike?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stats.agreement import LIKERT5
from stats.ordinal.multiplicity import adjust
from stats.report.facts import CriterionFacts, StudyFacts
from stats.report.numbers import count, fixed, interval, p_value
from stats.report.selection import SPECIALTIES, Selection
from stats.report.table import Cell, Column, Footnotes, Row, Table

if TYPE_CHECKING:
    from pandas import DataFrame

    from stats.ordinal.change_tests import ChangeTest
    from stats.ordinal.mixed_model import CumulativeLinkMixedModel

NONE = "–"
NO_CHANGE = 3
TESTS = ("wilcoxon", "sign", "flip", "crossed")


def table2_tests(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> Table:
    """Tests of each criterion against "does not change", and the effect of specialty in a mixed model.

    ``ratings`` has columns criterion, video, reader, specialty, direction, score_ab; one row a rating. The
    effect of specialty has columns only where two specialties rated; of three, the first two are compared.
    """
    selection = selection or Selection()
    chosen = selection.of(ratings)
    parts = {c.key: chosen[chosen["criterion"] == c.key] for c in study.criteria}
    found = {key: _tests(part) for key, part in parts.items()}
    adjusted = {
        p.name: p.adjusted for p in adjust({k: tests["flip"].p_two_sided for k, tests in found.items()})
    }
    tested = sum(p is not None for p in adjusted.values())
    pair = [name for name in SPECIALTIES if name in set(chosen["specialty"])][:2]
    pair = pair if len(pair) == 2 else []
    footnotes = Footnotes()
    rows = []
    for criterion in study.criteria:
        if selection.shows(criterion.key):
            holm = _holm(adjusted[criterion.key], tested)
            cells = _cells(criterion, found[criterion.key], holm, footnotes)
            rows.append(Row((*cells, *(_role(parts[criterion.key], pair, footnotes) if pair else ()))))
    return Table(
        key="table2s",
        title=f"Supplement to Table 2. Tests against no change{selection.in_title}",
        columns=_columns(pair),
        rows=tuple(rows),
        notes=_notes(study, pair),
        footnotes=footnotes.listed(),
        notice=study.notice,
    )


def _tests(part: DataFrame) -> dict[str, ChangeTest]:
    # Here, because it loads scipy, which a web process that shows no tests does without.
    from stats.ordinal.change_tests import crossed_t, sign_by_video, sign_flip_by_video, wilcoxon_by_video

    scores, videos, readers = (part[name].tolist() for name in ("score_ab", "video", "reader"))
    found = [
        *(
            test(scores, videos, centre=NO_CHANGE)
            for test in (wilcoxon_by_video, sign_by_video, sign_flip_by_video)
        ),
        crossed_t(scores, videos, readers, centre=NO_CHANGE),
    ]
    return dict(zip(TESTS, found, strict=True))


def _columns(pair: list[str]) -> tuple[Column, ...]:
    compared = " against ".join(SPECIALTIES[name] for name in pair).capitalize()
    role = (
        Column("role", f"{compared}: log odds", numeric=True, exact=True),
        Column("role_se", "SE", numeric=True, exact=True),
        Column("role_p", "P", numeric=True, exact=True),
    )
    return (
        Column("criterion", "Criterion"),
        Column("mean", "Mean code A→B", numeric=True, exact=True),
        Column("videos", "Videos below / at / above 3", numeric=True),
        Column("wilcoxon", "P, Wilcoxon", numeric=True, exact=True),
        Column("sign", "P, sign", numeric=True, exact=True),
        Column("flip", "P, sign-flip", numeric=True, exact=True),
        Column("flip_holm", "P, sign-flip, Holm", numeric=True, exact=True),
        Column("crossed", "P, new readers too", numeric=True, exact=True),
        *(role if pair else ()),
    )


def _cells(
    criterion: CriterionFacts, tests: dict[str, ChangeTest], holm: Cell, footnotes: Footnotes
) -> tuple[Cell, ...]:
    flip = tests["flip"]
    mean, videos = Cell(NONE), Cell(NONE)
    if flip.mean_change is not None:
        n = count(flip.up + flip.down + flip.tied, "video")
        how = f"Mean of {n}, each the mean of its readers’ A→B codes."
        mean = Cell(fixed(NO_CHANGE + flip.mean_change, 2), NO_CHANGE + flip.mean_change, how=how)
        how = "Videos whose mean over readers lies below, at and above 3."
        videos = Cell(f"{flip.down} / {flip.tied} / {flip.up}", how=how)
    wilcoxon, sign, flipped, crossed = (_p(tests[key], footnotes) for key in TESTS)
    return Cell(criterion.name), mean, videos, wilcoxon, sign, flipped, holm, crossed


def _p(test: ChangeTest, footnotes: Footnotes) -> Cell:
    if test.p_two_sided is None or test.statistic is None:
        return Cell(NONE, marks=(footnotes.mark(f"Not estimable: {test.not_estimable}."),))
    how = f"{test.test[0].upper()}{test.test[1:]}: {fixed(test.statistic, 2)}; {test.method}."
    if test.ci_low is not None and test.ci_high is not None:
        limits = interval(NO_CHANGE + test.ci_low, NO_CHANGE + test.ci_high)
        how += f" 95 % CI of the mean code {limits}."
    return Cell(p_value(test.p_two_sided), test.p_two_sided, how=f"{how} {test.alternative.capitalize()}.")


def _holm(p: float | None, tested: int) -> Cell:
    if p is None:
        return Cell(NONE)
    how = f"Sign-flip P, Holm (1979), for the {count(tested, 'criterion', 'criteria')} with a test."
    return Cell(p_value(p), p, how=how)


def _role(part: DataFrame, pair: list[str], footnotes: Footnotes) -> tuple[Cell, ...]:
    """Log odds, SE and P of the first specialty of the pair against the second."""
    from stats.ordinal.mixed_model import NEAR_SEPARABLE_SD, fit, likelihood_ratio

    part = part[part["specialty"].isin(pair)]
    if part["specialty"].nunique() < 2:
        return _no_role("ratings of two specialties are needed", footnotes)
    scores, categories = part["score_ab"].tolist(), LIKERT5.categories
    groups = {"video": part["video"].tolist(), "reader": part["reader"].tolist()}
    role = [float(specialty == pair[0]) for specialty in part["specialty"]]
    model = fit(scores, categories, fixed={"role": role}, groups=groups)
    if model.not_estimable or not model.converged:
        return _no_role(model.not_estimable or "; ".join(model.warnings), footnotes)
    marks = tuple(footnotes.mark(f"Mixed model: {warning}.") for warning in model.warnings)
    estimate, se, p = _estimated(model, marks)
    if any(effect.sd > NEAR_SEPARABLE_SD for effect in model.random_effects):
        without = fit(scores, categories, groups=groups)
        if without.converged:
            gain = likelihood_ratio(model, without)
            how = f"Likelihood ratio, χ² = {fixed(gain.chi_square, 2)} on {gain.df} degree of freedom: "
            p = Cell(p_value(gain.p), gain.p, how=f"{how}near separation Wald's test is not to be trusted.")
    return estimate, se, p


def _no_role(reason: str, footnotes: Footnotes) -> tuple[Cell, ...]:
    mark = footnotes.mark(f"Mixed model not estimable: {reason}.")
    return Cell(NONE, marks=(mark,)), Cell(NONE), Cell(NONE)


def _estimated(model: CumulativeLinkMixedModel, marks: tuple[str, ...]) -> tuple[Cell, ...]:
    term = model.coefficient("role")
    effects = ", ".join(f"SD of {effect.group} {fixed(effect.sd, 2)}" for effect in model.random_effects)
    how = (
        "Coefficient of specialty in a cumulative-link mixed model with crossed effects of video and reader "
        f"({effects}), Laplace; above 0 means higher codes. Odds of a higher code "
        f"× {fixed(term.odds_ratio, 2)}."
    )
    estimate = Cell(fixed(term.estimate, 2), term.estimate, how=how, marks=marks)
    if term.se is None or term.z is None or term.p_two_sided is None:
        return estimate, Cell(NONE), Cell(NONE)
    return (
        estimate,
        Cell(fixed(term.se, 2), term.se, how="From the curvature of the likelihood at its maximum."),
        Cell(p_value(term.p_two_sided), term.p_two_sided, how=f"Wald, z = {fixed(term.z, 2)}, two-sided."),
    )


def _notes(study: StudyFacts, pair: list[str]) -> tuple[str, ...]:
    notes = [
        f"Each test asks whether codes from {study.group_a} to {study.group_b} differ from 3, “does not "
        "change”. Ratings of one video are not independent, so the first three tests use one number a video, "
        "its mean over readers; they speak about other videos read by these readers.",
        "P, new readers too: t test with videos and readers both as samples. With few readers it has few "
        "degrees of freedom and is weak on purpose.",
        "Holm adjusts the sign-flip P for the number of criteria tested. A large P does not show that a "
        "criterion stays the same.",
    ]
    if pair:
        first, second = (SPECIALTIES[name] for name in pair)
        notes.append(
            f"Log odds above 0: {first} gave higher codes than {second} to the same videos. It is about the "
            "level of the codes, not about agreement; read it as exploratory."
        )
    return tuple(notes)
