from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol import washout

CHICAGO = ZoneInfo("America/Chicago")


def test_28_days_are_672_hours_also_across_a_spring_change_of_clocks():
    seen = datetime(2026, 2, 20, 9, tzinfo=CHICAGO)
    opening = washout.opens_at(
        last_viewing=seen.astimezone(UTC), form_locked_at=seen.astimezone(UTC), washout_days=28
    )
    assert opening - seen.astimezone(UTC) == timedelta(hours=672)
    # Clocks went forward on 8 March: the same wall-clock time would be one hour too early.
    assert opening.astimezone(CHICAGO) == datetime(2026, 3, 20, 10, tzinfo=CHICAGO)


def test_washout_spans_a_leap_day():
    seen = datetime(2028, 2, 10, 12, tzinfo=UTC)
    opening = washout.opens_at(last_viewing=seen, form_locked_at=seen, washout_days=28)
    assert opening == datetime(2028, 3, 9, 12, tzinfo=UTC)


def test_without_a_locked_form_there_is_no_opening():
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    assert washout.opens_at(last_viewing=seen, form_locked_at=None, washout_days=28) is None


def test_a_late_form_lock_delays_the_opening():
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    lock = datetime(2026, 6, 1, tzinfo=UTC)
    assert washout.opens_at(last_viewing=seen, form_locked_at=lock, washout_days=28) == lock


@pytest.mark.parametrize("days", [27, 0, -1])
def test_less_than_28_days_is_refused(days):
    with pytest.raises(ValueError, match="minimum is 28"):
        washout.length(days)


@given(
    seen=st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    wait=st.timedeltas(min_value=timedelta(days=-10), max_value=timedelta(days=100)),
    days=st.integers(28, 400),
)
def test_opening_is_never_before_the_washout_nor_before_the_lock(seen, wait, days):
    lock = seen + wait
    opening = washout.opens_at(last_viewing=seen, form_locked_at=lock, washout_days=days)
    assert opening >= lock
    assert (opening - seen).total_seconds() >= days * 86_400
    assert opening in (lock, seen + timedelta(seconds=days * 86_400))
