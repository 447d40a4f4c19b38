"""Likert bars as SVG, for a column beside Table 2; shapes and classes only, colours come from a style sheet.

A criterion gets a diverging bar (low codes left, high ones right, "no change" across the middle), each of its
categories a plain bar in the colour of its segment, which makes a legend unnecessary.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from stats.ordinal import frequencies
from stats.report.facts import StudyFacts
from stats.report.selection import Selection

if TYPE_CHECKING:
    from pandas import DataFrame

CENTRE = 100.0


@dataclass(frozen=True)
class Segment:
    """A category's part of a bar: ``x`` and ``width`` in per cent of all ratings, on an axis 0..200."""

    code: int
    anchor: str
    percent: int
    x: float
    width: float


@dataclass(frozen=True)
class LikertBar:
    """The bar of one criterion: a segment for every category, also for those nobody chose."""

    name: str
    segments: tuple[Segment, ...]


def likert_bars(ratings: DataFrame, study: StudyFacts, selection: Selection | None = None) -> list[LikertBar]:
    """One bar for each criterion, in the order of the form, from the A→B codes ``score_ab``."""
    selection = selection or Selection()
    chosen = selection.of(ratings)
    bars = []
    for criterion in study.criteria:
        if not selection.shows(criterion.key):
            continue
        scores = chosen.loc[chosen["criterion"] == criterion.key, "score_ab"].tolist()
        bars.append(_bar(criterion.name, criterion.anchors, scores))
    return bars


def _bar(name: str, anchors: tuple[str, ...], scores: list[int]) -> LikertBar:
    found = frequencies(scores, categories=len(anchors))
    shares = [100 * chosen / found.total if found.total else 0.0 for chosen in found.counts]
    middle = len(anchors) // 2
    x = CENTRE - sum(shares[:middle]) - shares[middle] / 2
    segments = []
    for code, (anchor, share) in enumerate(zip(anchors, shares, strict=True), start=1):
        segments.append(Segment(code, anchor, found.percent[code - 1], round(x, 3), round(share, 3)))
        x += share
    return LikertBar(name, tuple(segments))


def likert_svgs(bars: list[LikertBar]) -> list[str]:
    """One drawing for each row of Table 2: the criterion's bar, then one for each of its categories."""
    return [svg for bar in bars for svg in (_diverging(bar), *map(_category, bar.segments))]


def _diverging(bar: LikertBar) -> str:
    shown = [segment for segment in bar.segments if segment.width]
    words = "; ".join(f"{segment.anchor} {segment.percent} %" for segment in shown) or "no ratings"
    rects = "".join(
        f'<rect class="code-{s.code}" x="{s.x:g}" y="0" width="{s.width:g}" height="20">'
        f"<title>{escape(s.anchor)}: {s.percent} %</title></rect>"
        for s in shown
    )
    return (
        '<svg class="likert" viewBox="0 0 200 20" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(bar.name)}: {escape(words)}">{rects}'
        f'<line class="centre" x1="{CENTRE:g}" x2="{CENTRE:g}" y1="0" y2="20"/></svg>'
    )


def _category(segment: Segment) -> str:
    return (
        '<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="code-{segment.code}" x="0" y="1" width="{segment.width:g}" height="8"/></svg>'
    )
