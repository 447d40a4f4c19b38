from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol import washout

CHICAGO = ZoneInfo("America/Chicago")


ANCHORS = [anchor.value for anchor in washout.Anchor]
MOMENTS = st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def opens_at(seen, *, submitted=None, lock, days=28, anchor="latest"):
    return washout.opens_at(
        anchor=anchor,
        last_opening=seen,
        last_submission=submitted or seen,
        form_locked_at=lock,
        washout_days=days,
    )


def test_28_days_are_672_hours_also_across_a_spring_change_of_clocks():
    seen = datetime(2026, 2, 20, 9, tzinfo=CHICAGO)
    opening = opens_at(seen.astimezone(UTC), lock=seen.astimezone(UTC))
    assert opening - seen.astimezone(UTC) == timedelta(hours=672)
    # Clocks went forward on 8 March: the same wall-clock time would be one hour too early.
    assert opening.astimezone(CHICAGO) == datetime(2026, 3, 20, 10, tzinfo=CHICAGO)


def test_washout_spans_a_leap_day():
    seen = datetime(2028, 2, 10, 12, tzinfo=UTC)
    assert opens_at(seen, lock=seen) == datetime(2028, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize("anchor", ANCHORS)
def test_without_a_locked_form_there_is_no_opening(anchor):
    assert opens_at(datetime(2026, 1, 1, tzinfo=UTC), lock=None, anchor=anchor) is None


@pytest.mark.parametrize(
    ("anchor", "opening"),
    [
        ("last_exposure", datetime(2026, 2, 1, tzinfo=UTC)),
        ("completion", datetime(2026, 2, 10, tzinfo=UTC)),
        ("sign_off", datetime(2026, 2, 15, tzinfo=UTC)),
        ("latest", datetime(2026, 2, 15, tzinfo=UTC)),
    ],
)
def test_each_anchor_counts_from_its_own_moment(anchor, opening):
    seen, submitted, lock = (datetime(2026, 1, day, tzinfo=UTC) for day in (4, 13, 18))
    assert opens_at(seen, submitted=submitted, lock=lock, anchor=anchor) == opening


@pytest.mark.parametrize("anchor", ["last_exposure", "completion"])
def test_a_late_form_lock_delays_the_opening_also_where_it_does_not_anchor(anchor):
    lock = datetime(2026, 6, 1, tzinfo=UTC)
    assert opens_at(datetime(2026, 1, 1, tzinfo=UTC), lock=lock, anchor=anchor) == lock


@pytest.mark.parametrize("days", [27, 0, -1])
def test_less_than_28_days_is_refused(days):
    with pytest.raises(ValueError, match="minimum is 28"):
        washout.length(days)


@given(
    moments=st.tuples(MOMENTS, MOMENTS, MOMENTS),
    anchor=st.sampled_from(ANCHORS),
    days=st.integers(28, 400),
)
def test_no_anchor_opens_before_the_last_opening_and_the_days_nor_before_the_lock(moments, anchor, days):
    seen, submitted, lock = moments
    opening = opens_at(seen, submitted=submitted, lock=lock, days=days, anchor=anchor)
    length = timedelta(seconds=days * 86_400)
    assert opening >= max(lock, seen + length)
    assert opening <= opens_at(seen, submitted=submitted, lock=lock, days=days)
    assert opening in (lock, *(moment + length for moment in moments))
