"""The videos on which readers differ most, for whoever wants to look at them again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stats.report.facts import StudyFacts
from stats.report.findings import findings
from stats.report.numbers import fixed
from stats.report.selection import Selection
from stats.report.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from pandas import DataFrame

NONE = "–"
LONGEST = 15
ARROWS = {"AB": "A→B", "BA": "B→A"}


@dataclass(frozen=True)
class Spread:
    """The answers (A→B codes by reader) to one criterion of one video, and how far they lie apart."""

    video: str
    criterion: str
    shown: str
    scores: dict[str, int]
    steps: float | None


def discordant(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> Table:
    """Videos and criteria with the widest spread of answers, widest first; at most ``LONGEST``.

    ``ratings`` has columns criterion, video, reader, specialty, direction, score_ab. What readers agree on,
    or what one reader rated, is not listed.
    """
    selection = selection or Selection()
    chosen = selection.of(ratings)
    listed = [(-spread.steps, spread) for spread in _spreads(chosen, study, selection) if spread.steps]
    listed.sort(key=lambda entry: (entry[0], entry[1].video, entry[1].criterion))
    return _table(
        "discordant",
        f"Most discordant videos{selection.in_title}",
        [spread for _, spread in listed[:LONGEST]],
        readers=_readers(chosen),
        study=study,
        remark=f"Readers differ on {len(listed)} pairs of video and criterion; at most {LONGEST} are listed.",
    )


def answers(ratings: DataFrame, study: StudyFacts, video: str) -> Table:
    """All answers to one video, criterion by criterion, in the order of the form."""
    chosen = ratings[ratings["video"] == video]
    spreads = {spread.criterion: spread for spread in _spreads(chosen, study, Selection())}
    ordered = [spreads[criterion.name] for criterion in study.criteria if criterion.name in spreads]
    return _table("answers", f"Answers to {video}", ordered, readers=_readers(chosen), study=study)


def _spreads(chosen: DataFrame, study: StudyFacts, selection: Selection) -> list[Spread]:
    ways: dict[str, set[str]] = defaultdict(set)
    for label, direction in zip(chosen["video"], chosen["direction"], strict=True):
        ways[label].add(ARROWS[direction])
    result = []
    for finding in findings(chosen, study):
        if not selection.shows(finding.criterion.key):
            continue
        names = [str(reader) for reader in finding.ratings.readers]
        for video, codes in zip(finding.ratings.subjects, finding.ratings.codes + 1, strict=True):
            scores = {name: code for name, code in zip(names, codes.tolist(), strict=True) if code}
            shown = ", ".join(sorted(ways[str(video)]))
            steps = mean_pairwise_steps(np.array(list(scores.values())))
            result.append(Spread(str(video), finding.criterion.name, shown, scores, steps))
    return result


def _readers(chosen: DataFrame) -> list[str]:
    return sorted(set(chosen["reader"]))


def _table(
    key: str, title: str, spreads: list[Spread], *, readers: list[str], study: StudyFacts, remark: str = ""
) -> Table:
    return Table(
        key=key,
        title=title,
        columns=(
            Column("video", "Video"),
            Column("criterion", "Criterion"),
            Column("direction", "Shown"),
            *(Column(f"reader-{i}", reader, numeric=True) for i, reader in enumerate(readers)),
            Column("steps", "Mean distance of two answers", numeric=True, exact=True),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(spread.video),
                    Cell(spread.criterion),
                    Cell(spread.shown),
                    *(Cell(str(spread.scores.get(reader, NONE))) for reader in readers),
                    _distance(spread.steps),
                )
            )
            for spread in spreads
        ),
        notes=("Codes are A→B codes, whichever way the video was shown.", *([remark] if remark else [])),
        notice=study.notice,
    )


def _distance(steps: float | None) -> Cell:
    if steps is None:
        return Cell(NONE)
    return Cell(fixed(steps, 2), steps, how="Mean of |difference| over all pairs of readers.")


def mean_pairwise_steps(scores: np.ndarray) -> float | None:
    """Mean of |x − y| over all pairs of scores (n,), in steps of the scale; None for fewer than two.

    >>> mean_pairwise_steps(np.array([1, 1, 3]))
    1.3333333333333333
    """
    n = len(scores)
    if n < 2:
        return None
    return float(np.abs(scores[:, None] - scores[None, :]).sum() / (n * (n - 1)))
