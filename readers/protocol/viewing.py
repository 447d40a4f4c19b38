"""What the log of the reading page tells: how long a case was really looked at, and which frames were shown.

A page can send what it likes, so its clock counts only between two moments of the server: the opening of the
case and the receipt of the event. Seconds are float throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

IDLE_SECONDS = 60.0
# These come without the reader's doing: a video left to play alone is not being read.
PASSIVE = frozenset({"frames", "visibility"})

Interval = tuple[float, float]
Range = tuple[int, int]


@dataclass(frozen=True)
class LogEvent:
    """One event of a sitting: `at_ms` by the page's clock, `received_at` by the server's (UTC)."""

    sequence: int
    kind: str
    at_ms: int
    received_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


def active_seconds(sittings: Iterable[tuple[datetime, Sequence[LogEvent]]]) -> float:
    """Seconds in which a case was looked at, from (server time of the opening, events) of each sitting.

    A moment counts when the tab was visible and the last input at most `IDLE_SECONDS` ago; a moment in two
    sittings at once (two tabs) counts once.
    """
    placed = []
    for opened_at, events in sittings:
        start = opened_at.timestamp()
        placed += [(start + first, start + last) for first, last in active_intervals(opened_at, events)]
    return _length(placed)


def active_intervals(opened_at: datetime, events: Sequence[LogEvent]) -> list[Interval]:
    """Intervals of one sitting that count, in seconds since its opening, in order and without overlap."""
    intervals: list[Interval] = []
    visible, last_input, before = True, 0.0, 0.0
    for event, at in _timed(opened_at, events):
        if visible and (end := min(at, last_input + IDLE_SECONDS)) > before:
            intervals.append((before, end))
        if event.kind == "visibility":
            visible = bool(event.data.get("visible"))
        # Coming back to the tab is an act of the reader, as every input is.
        if event.kind not in PASSIVE or (event.kind == "visibility" and visible):
            last_input = at
        before = at
    return intervals


def since_pause(intervals: Iterable[Interval], *, now: float, pause_seconds: float) -> float:
    """Seconds of the intervals since the last gap of at least `pause_seconds`, `now` included; else 0.

    >>> since_pause([(0, 100), (150, 250), (900, 1000)], now=1100, pause_seconds=300)
    100.0
    """
    since: list[Interval] = []
    resumed = now
    for first, last in sorted(intervals, key=lambda interval: interval[1], reverse=True):
        if resumed - last >= pause_seconds:
            break
        since.append((first, last))
        resumed = min(resumed, first)
    return _length(since)


def frames_seen(events: Iterable[LogEvent], *, n_frames: int) -> set[int]:
    """Positions (as shown, from 0) that were on the screen; data in another form counts as nothing."""
    seen: set[int] = set()
    for event in events:
        if event.kind != "frames":
            continue
        for first, last in _ranges(event.data.get("ranges")):
            seen.update(range(max(0, first), min(n_frames - 1, last) + 1))
    return seen


def missing_ranges(seen: set[int], *, n_frames: int) -> list[Range]:
    """Positions not seen, as (first, last) from 0.

    >>> missing_ranges({0, 1, 5}, n_frames=8)
    [(2, 4), (6, 7)]
    """
    ranges: list[Range] = []
    for position in range(n_frames):
        if position in seen:
            continue
        if ranges and ranges[-1][1] == position - 1:
            ranges[-1] = (ranges[-1][0], position)
        else:
            ranges.append((position, position))
    return ranges


def _timed(opened_at: datetime, events: Sequence[LogEvent]) -> list[tuple[LogEvent, float]]:
    """Events with seconds since the opening: never back in time, never after their receipt."""
    ordered = sorted(events, key=lambda event: event.sequence)
    timed: list[tuple[LogEvent, float]] = []
    before = 0.0
    for event in ordered:
        by_page = (event.at_ms - ordered[0].at_ms) / 1000
        by_server = (event.received_at - opened_at).total_seconds()
        before = max(before, min(by_page, by_server))
        timed.append((event, before))
    return timed


def _ranges(value: object) -> list[Range]:
    if not isinstance(value, list):
        return []
    return [
        (pair[0], pair[1])
        for pair in value
        if isinstance(pair, list) and len(pair) == 2 and all(type(end) is int for end in pair)
    ]


def _length(intervals: list[Interval]) -> float:
    total, reached = 0.0, float("-inf")
    for first, last in sorted(intervals):
        total += max(0.0, last - max(first, reached))
        reached = max(reached, last)
    return total
