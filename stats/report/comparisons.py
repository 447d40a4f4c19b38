"""What agreement on one criterion is compared with: other groups of readers, other halves, other measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stats.agreement import LIKERT5, Agreement, NewReaders, Ratings
from stats.agreement.comparison import Comparison, compare
from stats.report.findings import Finding
from stats.report.numbers import fixed, interval
from stats.report.selection import SPECIALTIES

if TYPE_CHECKING:
    from pandas import DataFrame

    from stats.agreement.reliability import RankTest

NO_ORDER = "the order in which cases were read is not on record"


@dataclass(frozen=True)
class Line:
    """One comparison: an estimate with what there is of interval, SE and P, each with how it came about.

    ``text`` is for an estimate that is no single number. ``remarks`` become footnotes; where there is no
    estimate they say why.
    """

    name: str
    estimate: float | None = None
    text: str = ""
    how: str = ""
    limits: tuple[float, float] | None = None
    how_limits: str = ""
    se: float | None = None
    how_se: str = ""
    p: float | None = None
    how_p: str = ""
    remarks: tuple[str, ...] = ()


def comparisons(finding: Finding, part: DataFrame, specialty_of: Mapping[str, str]) -> Iterator[Line]:
    """Every comparison on one criterion, in the order of the table.

    ``part``: its ratings, with columns video, reader, score_ab, and position and submitted_at where the order
    of reading is known. ``specialty_of`` gives each reader's specialty; with one alone none is compared.
    """
    yield _all_readers(finding.here)
    yield from _specialties(finding.ratings, specialty_of)
    yield from _halves(part)
    yield _leave_one_out(finding.beyond)
    yield from _numbers_and_ranks(finding.ratings)


def _all_readers(here: Agreement) -> Line:
    name = "AC1, all readers"
    if here.estimate is None:
        return Line(name, remarks=(here.not_estimable,))
    limits = None if here.ci_low is None or here.ci_high is None else (here.ci_low, here.ci_high)
    return Line(
        name,
        here.estimate,
        how="As in Table 3.",
        limits=limits,
        how_limits="As in Table 3, given these readers.",
        se=here.se,
        how_se="As in Table 3, given these readers.",
        p=here.p_two_sided,
        how_p="As in Table 3: t = AC1 / SE, two-sided.",
        remarks=here.warnings,
    )


def _specialties(ratings: Ratings, specialty_of: Mapping[str, str]) -> Iterator[Line]:
    present = [name for name in SPECIALTIES if name in specialty_of.values()]
    if len(present) < 2:
        return
    first, second = (
        ratings.only([r for r in ratings.readers if specialty_of[str(r)] == name]) for name in present[:2]
    )
    one, other = (SPECIALTIES[name] for name in present[:2])
    yield _difference(f"AC1: {one} − all readers", compare(first, ratings))
    yield _difference(f"AC1: {one} − {other}", compare(first, second))


def _halves(part: DataFrame) -> Iterator[Line]:
    """AC1 of each reader's first half against the second, and the distance from the others in each."""
    agreement, distance = "AC1: second half − first", "Distance from other readers: second half − first"
    if not {"position", "submitted_at"} <= set(part) or part["submitted_at"].nunique() < 2:
        # Ratings that all came at one moment were loaded, not read one after the other.
        yield Line(agreement, remarks=(NO_ORDER,))
        yield Line(distance, remarks=(NO_ORDER,))
        return
    # Here, because it loads scipy, which a web process that shows no comparisons does without.
    from stats.ordinal.order_effects import distance_from_others, order_effects

    by_reader = part.groupby("reader")["position"]
    late = by_reader.rank(method="first") > (by_reader.transform("size") + 1) // 2
    yield _difference(agreement, compare(_ratings(part[late]), _ratings(part[~late])))
    scores, videos = part["score_ab"].tolist(), part["video"].tolist()
    away = distance_from_others(scores, videos)
    found = order_effects(away, part["position"].tolist(), part["reader"].tolist(), videos=videos).halves
    if found.slope is None or found.ci_low is None or found.ci_high is None or found.z is None:
        yield Line(distance, remarks=(found.not_estimable,))
        return
    yield Line(
        distance,
        found.slope,
        how="Steps between a rating and the mean of the video's others, each video's own level taken out.",
        limits=(found.ci_low, found.ci_high),
        how_limits="Slope ± 1.96 × its SE over all orders that could have been drawn.",
        p=found.p_two_sided,
        how_p=f"Randomisation test over each reader's drawn order, z = {fixed(found.z, 2)}, two-sided.",
    )


def _ratings(part: DataFrame) -> Ratings:
    pairs = zip(part["video"], part["reader"], strict=True)
    return Ratings.from_long(dict(zip(pairs, part["score_ab"], strict=True)), LIKERT5)


def _difference(name: str, result: Comparison) -> Line:
    """A paired comparison of two AC1."""
    warnings = dict.fromkeys((*result.first.warnings, *result.second.warnings, *result.warnings))
    if result.difference is None or result.first.estimate is None or result.second.estimate is None:
        return Line(name, remarks=(result.not_estimable,))
    one, other = fixed(result.first.estimate, 3), fixed(result.second.estimate, 3)
    line = Line(name, result.difference, how=f"{one} − {other}, on the same videos.")
    if result.ci_low is None or result.ci_high is None or result.t is None or result.df is None:
        return Line(name, line.estimate, how=line.how, remarks=(result.not_estimable, *warnings))
    return Line(
        name,
        line.estimate,
        how=line.how,
        limits=(result.ci_low, result.ci_high),
        how_limits=f"Difference ± t(0.975, {result.df}) × its SE.",
        se=result.se,
        how_se="SD of the videos’ differences k*ᵢ(first) − k*ᵢ(second), by √n (Gwet 2016).",
        p=result.p_two_sided,
        how_p=f"Paired t test over videos: t = {fixed(result.t, 2)} on {result.df} degrees of freedom.",
        remarks=tuple(warnings),
    )


def _leave_one_out(beyond: NewReaders) -> Line:
    name = "AC1 without one reader: range"
    if not beyond.leave_one_out:
        return Line(name, remarks=(beyond.not_estimable,))
    values = [value for _, value in beyond.leave_one_out]
    left_out = ", ".join(f"{fixed(value, 3)} without {reader}" for reader, value in beyond.leave_one_out)
    return Line(name, text=interval(min(values), max(values)), how=f"AC1 {left_out}.")


def _numbers_and_ranks(ratings: Ratings) -> Iterator[Line]:
    from stats.agreement.reliability import reliability

    found = reliability(ratings)
    icc = {form.form: form for form in found.icc}.get("ICC(A,1)")
    if icc is None:
        reason = found.not_estimable or "neither videos nor readers differ"
        yield Line("ICC(A,1)", remarks=(reason, *found.warnings))
    else:
        yield Line(
            "ICC(A,1)",
            icc.estimate,
            how="Share of the variance of single codes, taken as numbers, that lies between videos.",
            limits=(icc.ci_low, icc.ci_high),
            how_limits="F interval: other videos and other readers (McGraw and Wong 1996).",
            remarks=found.warnings,
        )
    yield _ranks(
        "Kendall’s W (videos in one order?)",
        found.kendall,
        found.kendall.w if found.kendall else None,
        "Concordance of the readers’ rankings of the videos, 0 to 1, corrected for ties (Kendall 1948).",
        (found.not_estimable or "every reader ties all videos", *found.warnings),
    )
    yield _ranks(
        "Friedman’s χ² (readers at one level?)",
        found.friedman,
        found.friedman.statistic if found.friedman else None,
        "From the rank sums of readers within videos, corrected for ties.",
        (found.not_estimable or "every video ties all readers", *found.warnings),
    )


def _ranks(name: str, test: RankTest | None, value: float | None, how: str, remarks: tuple[str, ...]) -> Line:
    """``remarks``: the reason for the case that there is no test, then what always holds."""
    if test is None or value is None:
        return Line(name, remarks=remarks)
    how_p = f"χ² = {fixed(test.statistic, 2)} on {test.df} degrees of freedom."
    return Line(name, value, how=how, p=test.p, how_p=how_p, remarks=remarks[1:])
