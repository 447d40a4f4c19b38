"""Time and frames from the viewing log: idle and hidden time is none, and no page can add to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.viewing import (
    IDLE_SECONDS,
    LogEvent,
    active_intervals,
    active_seconds,
    frames_seen,
    missing_ranges,
    since_pause,
)

OPENED = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
KINDS = ["open", "input", "frames", "visibility", "answer", "leave"]


def log(*entries, late=1.0):
    """Events from (seconds, kind, data): each is received `late` seconds after it happened."""
    return [
        LogEvent(number, kind, int(at * 1000), OPENED + timedelta(seconds=at + late), data)
        for number, (at, kind, data) in enumerate(entries)
    ]


def seconds(*entries, **options):
    return active_seconds([(OPENED, log(*entries, **options))])


def test_reading_counts_from_the_first_event_to_the_last():
    assert seconds((0, "open", {}), (20, "input", {}), (45, "leave", {})) == 45


def test_after_a_minute_without_input_nobody_is_reading():
    assert seconds((0, "open", {}), (500, "leave", {})) == IDLE_SECONDS
    assert seconds((0, "open", {}), (500, "input", {}), (530, "leave", {})) == IDLE_SECONDS + 30


def test_a_video_that_plays_alone_is_not_being_read():
    frames = [(at, "frames", {"ranges": [[0, 9]]}) for at in range(5, 600, 5)]
    assert seconds((0, "open", {}), *frames) == IDLE_SECONDS


def test_a_hidden_tab_does_not_count():
    hidden, shown = {"visible": False}, {"visible": True}
    assert (
        seconds(
            (0, "open", {}),
            (10, "visibility", hidden),
            (40, "input", {}),
            (50, "visibility", shown),
            (55, "leave", {}),
        )
        == 15
    )


def test_two_tabs_at_once_are_one_reader():
    entries = ((0, "open", {}), (30, "leave", {}))
    assert active_seconds([(OPENED, log(*entries)), (OPENED, log(*entries))]) == pytest.approx(30)


def test_a_page_with_a_fast_clock_gains_nothing():
    events = [
        LogEvent(0, "open", 0, OPENED, {}),
        *(LogEvent(i, "input", i * 30_000, OPENED + timedelta(seconds=i), {}) for i in range(1, 21)),
    ]
    assert active_seconds([(OPENED, events)]) == pytest.approx(20)


def events():
    return st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.integers(0, 10**7),
            st.integers(-5, 7200),
            st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3)),
        ),
        max_size=30,
    ).map(
        lambda rows: [
            LogEvent(
                number, kind, at_ms, OPENED + timedelta(seconds=received), {"visible": value, "ranges": value}
            )
            for number, (kind, at_ms, received, value) in enumerate(rows)
        ]
    )


@given(events(), events())
def test_active_time_lies_within_the_servers_own_times(first, second):
    found = active_seconds([(OPENED, first), (OPENED, second)])
    received = [(event.received_at - OPENED).total_seconds() for event in first + second]
    assert 0 <= found <= max([0.0, *received]) + 1e-6


@given(events())
def test_intervals_are_in_order_and_apart(log):
    ends = [end for interval in active_intervals(OPENED, log) for end in interval]
    assert ends == sorted(ends)
    assert all(first < last for first, last in active_intervals(OPENED, log))


@given(events(), st.randoms())
def test_the_order_of_arrival_does_not_matter(log, random):
    shuffled = list(log)
    random.shuffle(shuffled)
    assert active_intervals(OPENED, shuffled) == active_intervals(OPENED, log)


@given(st.integers(1, 40), st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 45)), max_size=8))
def test_seen_and_missing_frames_are_all_frames_once(n_frames, pairs):
    log = [LogEvent(0, "frames", 0, OPENED, {"ranges": [list(pair) for pair in pairs]})]
    seen = frames_seen(log, n_frames=n_frames)
    missing = {
        frame for first, last in missing_ranges(seen, n_frames=n_frames) for frame in range(first, last + 1)
    }
    assert seen | missing == set(range(n_frames))
    assert not seen & missing
    assert seen == {f for f in range(n_frames) for first, last in pairs if first <= f <= last}


@pytest.mark.parametrize(
    "ranges", [None, 3, "0-5", [[0]], [[0, "5"]], [[0.0, 5.0]], [{"first": 0}], [[True, True]], [[0, 1, 2]]]
)
def test_ranges_in_another_form_show_nothing(ranges):
    assert frames_seen([LogEvent(0, "frames", 0, OPENED, {"ranges": ranges})], n_frames=10) == set()


def test_an_endless_range_costs_nothing():
    log = [LogEvent(0, "frames", 0, OPENED, {"ranges": [[0, 10**15]]})]
    assert frames_seen(log, n_frames=10) == set(range(10))


@given(
    st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 5000)).map(sorted).map(tuple), max_size=8),
    st.floats(1, 1000),
)
def test_a_session_is_never_longer_than_the_reading_in_it(intervals, pause):
    whole = sum(last - first for first, last in intervals)
    assert 0 <= since_pause(intervals, now=5000, pause_seconds=pause) <= whole + 1e-6


def test_a_pause_ends_a_session():
    read = [(0.0, 1000.0), (1100.0, 2000.0)]
    assert since_pause(read, now=2000, pause_seconds=600) == 1900
    assert since_pause(read, now=2700, pause_seconds=600) == 0
    assert since_pause([(0, 1000), (1700, 1800)], now=1900, pause_seconds=600) == 100
