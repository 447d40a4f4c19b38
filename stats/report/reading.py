"""What a result says and does not say, in sentences made by fixed rules from the numbers of Table 3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stats.agreement import SCALES
from stats.report.facts import CriterionFacts, StudyFacts
from stats.report.findings import Finding, Subgroups, findings, specialties, subgroups
from stats.report.numbers import count, fixed, p_value
from stats.report.selection import SPECIALTIES, Selection

if TYPE_CHECKING:
    from pandas import DataFrame

AGREED = {
    "Almost perfect": "agreed almost perfectly",
    "Substantial": "agreed substantially",
    "Moderate": "agreed moderately",
    "Fair": "agreed only fairly",
    "Slight": "agreed slightly at best",
    "Poor": "did not agree more than by chance, as far as these ratings can tell",
}
FEW_VIDEOS = 10
DEPENDS_ON_READERS = 1.5  # SE for new readers, as a multiple of the SE given these
ALPHA = 0.05


@dataclass(frozen=True)
class Reading:
    """One criterion in words: what is found, and what limits it."""

    name: str
    statement: str
    caveats: tuple[str, ...]


def readings(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> list[Reading]:
    """A reading of each row of Table 3, in its order."""
    selection = selection or Selection()
    chosen = selection.of(ratings)
    found = findings(chosen, study)
    apart = subgroups(found, specialties(chosen))
    return [
        Reading(
            name=finding.criterion.name,
            statement=f"{_direction(finding, study)} {_agreement(finding)}",
            caveats=tuple(_caveats(finding, apart[finding.criterion.key])),
        )
        for finding in found
        if selection.shows(finding.criterion.key)
    ]


def _direction(finding: Finding, study: StudyFacts) -> str:
    if finding.median is None:
        return "Nobody has rated this yet."
    way = f"From {study.group_a} to {study.group_b}"
    answer = f"{way} the median answer is {_anchor(finding.median, finding.criterion)}"
    shares = finding.frequencies.percent
    if finding.median == 3:
        below, above = shares[0] + shares[1], shares[3] + shares[4]
        return f"{answer}; {below} % of the answers lie below it and {above} % above."
    same = shares[0] + shares[1] if finding.median < 3 else shares[3] + shares[4]
    other = 100 - same - shares[2]
    return f"{answer}; {same} % of the answers point that way and {other} % the other."


def _anchor(median: float, criterion: CriterionFacts) -> str:
    if median == int(median):
        return f"“{criterion.anchors[int(median) - 1]}”"
    low, high = criterion.anchors[int(median) - 1], criterion.anchors[int(median)]
    return f"between “{low}” and “{high}”"


def _agreement(finding: Finding) -> str:
    here, level = finding.here, finding.benchmark
    if here.estimate is None:
        return "" if finding.median is None else f"Nothing can be said about agreement: {here.not_estimable}."
    ac1 = fixed(here.estimate, 2)
    if level is None or here.ci_low is None or here.ci_high is None:
        return f"AC1 of the {here.n_readers} readers is {ac1}; no interval can be had."
    return (
        f"The {here.n_readers} readers {AGREED[level.level]}: AC1 is {ac1} "
        f"(95 % CI {fixed(here.ci_low, 2)} to {fixed(here.ci_high, 2)})."
    )


def _caveats(finding: Finding, apart: Subgroups) -> list[str]:
    return [
        caveat
        for caveat in (
            *(f"{warning[0].upper()}{warning[1:]}." for warning in finding.here.warnings),
            _population(finding),
            _benchmark(finding),
            _reader_dependence(finding),
            _significance(finding),
            _few_videos(finding),
            _specialties(apart),
        )
        if caveat
    ]


def _population(finding: Finding) -> str:
    here, beyond = finding.here, finding.beyond
    if here.estimate is None or here.p_two_sided is None or here.ci_low is None or here.ci_high is None:
        return ""
    these = f"The interval speaks about other videos read by these {here.n_readers} readers"
    if beyond.ci_low is None or beyond.ci_high is None:
        return f"{these}; for other readers there is none, because {beyond.not_estimable}."
    others = f"{fixed(beyond.ci_low, 2)} to {fixed(beyond.ci_high, 2)}"
    # A normal quantile, not t, makes the interval for new readers, so it can come out within the other one.
    if here.ci_low <= beyond.ci_low and beyond.ci_high <= here.ci_high:
        return f"{these}; other readers like them would hardly widen it ({others}), so alike are these."
    return f"{these}; for other readers like them it is {others}."


def _benchmark(finding: Finding) -> str:
    level, estimate = finding.benchmark, finding.here.estimate
    if level is None or estimate is None:
        return ""
    floor, alone = next((f, word) for f, word in SCALES["landis-koch"] if estimate > f or f == -1.0)
    if alone == level.level:
        return ""
    digits = 2 if estimate >= floor + 0.005 else 3
    return (
        f"The level that is 95 % sure is {level.level}, not {alone}, although {fixed(estimate, digits)} is "
        f"above {fixed(floor, digits)}."
    )


def _reader_dependence(finding: Finding) -> str:
    se, beyond = finding.here.se, finding.beyond
    if not se or beyond.se is None or beyond.se < DEPENDS_ON_READERS * se:
        return ""
    (low_reader, low), (high_reader, high) = (
        choose(beyond.leave_one_out, key=lambda pair: pair[1]) for choose in (min, max)
    )
    return (
        f"Much depends on who reads: AC1 is {fixed(low, 2)} without {low_reader} and "
        f"{fixed(high, 2)} without {high_reader}."
    )


def _significance(finding: Finding) -> str:
    p, adjusted = finding.here.p_two_sided, finding.p_adjusted
    if p is None or adjusted is None:
        return ""
    if adjusted < ALPHA:
        return f"{_p(adjusted)} (Holm) says that AC1 is not 0; it does not say that agreement is high."
    return f"That readers agree at all is not shown: {_p(adjusted)} after Holm, for the number of criteria."


def _few_videos(finding: Finding) -> str:
    n = finding.here.n_subjects
    if finding.here.estimate is None or n >= FEW_VIDEOS:
        return ""
    return (
        f"{count(n, 'video')} only: the standard error is itself uncertain, the interval may be too narrow."
    )


def _specialties(apart: Subgroups) -> str:
    result = apart.comparison
    if (
        result is None
        or result.p_two_sided is None
        or result.p_two_sided >= ALPHA
        or apart.p_adjusted is None
    ):
        return ""
    more, less, *_ = apart.agreements
    if (result.difference or 0.0) < 0:
        more, less = less, more
    higher, lower = (apart.agreements[name].estimate or 0.0 for name in (more, less))
    return (
        f"{SPECIALTIES[more].capitalize()} agreed more than {SPECIALTIES[less]} (AC1 {fixed(higher, 2)} and "
        f"{fixed(lower, 2)}, paired {_p(result.p_two_sided)}; {_p(apart.p_adjusted)} after Holm); read it as "
        "exploratory."
    )


def _p(p: float) -> str:
    """'P = .042', 'P < .001'."""
    text = p_value(p)
    return f"P {text[0]} {text[1:]}" if text[0] in "<>" else f"P = {text}"
