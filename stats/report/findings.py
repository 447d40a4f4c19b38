"""What is found on each criterion: the numbers behind Table 3, its supplement and its reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stats.agreement import (
    LIKERT5,
    Agreement,
    Benchmark,
    NewReaders,
    Ratings,
    agreement,
    benchmark,
    new_readers,
)
from stats.agreement.comparison import Comparison, compare
from stats.ordinal import Frequencies, frequencies, quartiles
from stats.ordinal.multiplicity import adjust
from stats.report.facts import CriterionFacts, StudyFacts
from stats.report.selection import SPECIALTIES

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Finding:
    """AC1 on one criterion, given these readers (``here``) and for readers like them (``beyond``).

    ``frequencies`` and ``median`` are of the A→B codes. ``p_adjusted``: Holm, over all criteria of the study.
    """

    criterion: CriterionFacts
    ratings: Ratings
    frequencies: Frequencies
    median: float | None
    here: Agreement
    beyond: NewReaders
    p_adjusted: float | None

    @property
    def benchmark(self) -> Benchmark | None:
        """The level that is reached with 95 % probability; None without a standard error."""
        if self.here.estimate is None or not self.here.se:
            return None
        return benchmark(self.here.estimate, self.here.se)


@dataclass(frozen=True)
class Subgroups:
    """AC1 of each specialty, and the difference between the first two on the same videos.

    ``p_adjusted``: Holm, over all criteria of the study.
    """

    agreements: Mapping[str, Agreement]
    comparison: Comparison | None
    p_adjusted: float | None


def findings(chosen: DataFrame, study: StudyFacts) -> list[Finding]:
    """Agreement on each criterion, strongest first; what cannot be estimated comes last.

    ``chosen`` has columns criterion, video, reader, score_ab; one row a rating.
    """
    tables = {criterion.key: _ratings(chosen, criterion) for criterion in study.criteria}
    here = {key: agreement(ratings) for key, ratings in tables.items()}
    adjusted = {p.name: p.adjusted for p in adjust({key: a.p_two_sided for key, a in here.items()})}
    result = []
    for criterion in study.criteria:
        ratings = tables[criterion.key]
        scores = [int(code) + 1 for code in ratings.codes[ratings.codes >= 0]]
        quarters = quartiles(scores)
        result.append(
            Finding(
                criterion=criterion,
                ratings=ratings,
                frequencies=frequencies(scores, categories=len(LIKERT5)),
                median=quarters.median if quarters else None,
                here=here[criterion.key],
                beyond=new_readers(ratings),
                p_adjusted=adjusted[criterion.key],
            )
        )
    return sorted(result, key=_weakness)


def subgroups(found: list[Finding], specialty_of: Mapping[str, str]) -> dict[str, Subgroups]:
    """Specialties apart, by criterion; ``specialty_of`` gives each reader's specialty."""
    present = [name for name in SPECIALTIES if name in specialty_of.values()]
    parts: dict[str, dict[str, Ratings]] = {
        finding.criterion.key: {
            name: finding.ratings.only([r for r in finding.ratings.readers if specialty_of[str(r)] == name])
            for name in present
        }
        for finding in found
    }
    comparisons = {
        key: compare(part[present[0]], part[present[1]]) if len(present) > 1 else None
        for key, part in parts.items()
    }
    p_values = {key: c.p_two_sided if c else None for key, c in comparisons.items()}
    adjusted = {p.name: p.adjusted for p in adjust(p_values)}
    return {
        key: Subgroups({name: agreement(part[name]) for name in present}, comparisons[key], adjusted[key])
        for key, part in parts.items()
    }


def specialties(chosen: DataFrame) -> dict[str, str]:
    """{reader: specialty} of a ratings frame."""
    return dict(zip(chosen["reader"], chosen["specialty"], strict=True))


def _ratings(chosen: DataFrame, criterion: CriterionFacts) -> Ratings:
    part = chosen[chosen["criterion"] == criterion.key]
    pairs = zip(part["video"], part["reader"], strict=True)
    return Ratings.from_long(dict(zip(pairs, part["score_ab"], strict=True)), LIKERT5)


def _weakness(finding: Finding) -> float:
    return 2.0 if finding.here.estimate is None else -finding.here.estimate
