"""The videos on which readers differ most, for whoever wants to look at them again."""

from __future__ import annotations

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


def discordant(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> Table:
    """Videos and criteria with the widest spread of answers, widest first; at most ``LONGEST``.

    ``ratings`` has columns criterion, video, reader, specialty, direction, score_ab. What readers agree on,
    or what one reader rated, is not listed.
    """
    selection = selection or Selection()
    chosen = selection.of(ratings)
    readers = sorted(set(chosen["reader"]), key=str)
    shown = dict(zip(chosen["video"], chosen["direction"], strict=True))
    listed = []
    for finding in findings(chosen, study):
        if not selection.shows(finding.criterion.key):
            continue
        for video, codes in zip(finding.ratings.subjects, finding.ratings.codes, strict=True):
            given = codes[codes >= 0]
            steps = mean_pairwise_steps(given + 1)
            if not steps:
                continue
            scores = dict(zip(finding.ratings.readers, (codes + 1).tolist(), strict=True))
            listed.append((-steps, str(video), finding.criterion.name, video, scores))
    listed.sort(key=lambda entry: entry[:3])
    part = f" ({selection.words()})" if selection.words() else ""
    return Table(
        key="discordant",
        title=f"Most discordant videos{part}",
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
                    Cell(label),
                    Cell(name),
                    Cell(f"{shown[video][0]}→{shown[video][1]}"),
                    *(Cell(str(scores[r]) if scores.get(r) else NONE) for r in readers),
                    Cell(fixed(-steps, 2), -steps, how="Mean of |difference| over all pairs of readers."),
                )
            )
            for steps, label, name, video, scores in listed[:LONGEST]
        ),
        notes=(
            "Codes are A→B codes, whichever way the video was shown.",
            f"Readers differ on {len(listed)} pairs of video and criterion; at most {LONGEST} are listed.",
        ),
        notice=study.notice,
    )


def mean_pairwise_steps(scores: np.ndarray) -> float | None:
    """Mean of |x − y| over all pairs of scores (n,), in steps of the scale; None for fewer than two.

    >>> mean_pairwise_steps(np.array([1, 1, 3]))
    1.3333333333333333
    """
    n = len(scores)
    if n < 2:
        return None
    return float(np.abs(scores[:, None] - scores[None, :]).sum() / (n * (n - 1)))
