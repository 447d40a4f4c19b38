"""The tables of a study by name, and what its figures are drawn from: for page, API and exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from readers.models import Study
from stats.cohort import origin
from stats.report import (
    Selection,
    StudyFacts,
    Table,
    catch,
    discordant,
    model_table,
    repeats,
    table1,
    table2,
    table2_tests,
    table3,
    table3_comparisons,
    table3_supplement,
)
from stats.report.figures import FigureData
from stats.report.selection import UnknownChoice
from stats.selectors import case_times, study_facts, study_ratings

if TYPE_CHECKING:
    from pandas import DataFrame

FROM_RATINGS: dict[str, Callable[[DataFrame, StudyFacts, Selection], Table]] = {
    "table2": table2,
    "table2s": table2_tests,
    "table3": table3,
    "table3s": table3_supplement,
    "table3c": table3_comparisons,
    "discordant": discordant,
}
FROM_VIDEOS = ("table1", "table1m")
APART = ("repeats", "catch")
KEYS = (*FROM_VIDEOS, *FROM_RATINGS, *APART)


class NoTable(LookupError):
    """There is nothing to make this table of; the message says why."""


def study_table(study: Study, key: str, selection: Selection) -> Table:
    """A table by its key. Raises ``NoTable`` with the reason, ``UnknownChoice`` for an unknown criterion."""
    if key in FROM_RATINGS:
        facts = checked_facts(study, selection)
        return FROM_RATINGS[key](study_ratings(study, phase=selection.phase), facts, selection)
    if key in APART:
        apart = {table.key: table for table in tables_apart(study, selection)}
        if key not in apart:
            raise NoTable(str(NO_REPEATS if key == "repeats" else NO_NULL))
        return apart[key]
    found = {table.key: table for table in origin_tables(study)}
    if key not in found:
        raise NoTable(str(NO_MODEL if not found else NO_COHORT))
    return found[key]


def tables_apart(study: Study, selection: Selection) -> list[Table]:
    """The tables of second readings and of null videos, as far as the protocol has them."""
    facts = checked_facts(study, selection)
    tables = []
    if study.n_repeats:
        tables.append(repeats(study_ratings(study, readings=(1, 2)), facts, selection))
    if study.n_null:
        tables.append(catch(study_ratings(study, kind="null"), facts, selection))
    return tables


def origin_tables(study: Study) -> list[Table]:
    """Table 1 (cohort) and its continuation (model), as far as the study's videos tell them."""
    source = origin(study)
    if source is None:
        return []
    model = source.model
    cohort = source.cohort
    tables = [table1(cohort, notice=study.notice, remark=source.remark)] if cohort else []
    return [*tables, model_table(model.name, model.config, model.weights_sha256, notice=study.notice)]


NO_REPEATS = _("No video of this study is read twice, so nothing tells how readers agree with themselves.")
NO_NULL = _("This study has no null videos.")
NO_MODEL = _(
    "The study's videos are not held here, so nothing is known about the cohort and the model behind them."
)
NO_COHORT = _(
    "The model behind the study's videos was registered without its cohort, so there is no Table 1."
)


def checked_facts(study: Study, selection: Selection) -> StudyFacts:
    """The study's words. Raises ``UnknownChoice`` for a criterion that the form does not have."""
    facts = study_facts(study)
    keys = [criterion.key for criterion in facts.criteria]
    if selection.criterion and selection.criterion not in keys:
        raise UnknownChoice(f"Criterion is one of {', '.join(keys)}, not {selection.criterion!r}.")
    return facts


def figure_data(study: Study, selection: Selection) -> FigureData:
    """What the figures are drawn from. Raises ``UnknownChoice`` for a criterion there is not."""
    return FigureData(
        ratings=study_ratings(study, phase=selection.phase),
        times=case_times(study, phase=selection.phase),
        study=checked_facts(study, selection),
        selection=selection,
    )
