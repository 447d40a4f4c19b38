"""The washout clock: when a reader's blinded phase opens, and how long until then."""

from __future__ import annotations

from datetime import datetime, timedelta

MINIMUM_DAYS = 28


def length(days: int) -> timedelta:
    """Washout of `days` days as elapsed time, days × 86,400 s; `ValueError` under 28 days.

    Calendar days will not do: 28 of them across a spring change of clocks are only 671 hours.
    """
    if days < MINIMUM_DAYS:
        raise ValueError(f"washout of {days} days: the minimum is {MINIMUM_DAYS} days")
    return timedelta(seconds=days * 86_400)


def opens_at(
    *, last_viewing: datetime | None, form_locked_at: datetime | None, washout_days: int
) -> datetime | None:
    """UTC moment from which blinded videos may be opened, or None while it is not known.

    `last_viewing` is when the reader last had an exploratory video open (None: the study has no exploratory
    phase). The later of the washout's end and the form lock counts; without a lock there is no opening.
    """
    if form_locked_at is None:
        return None
    if last_viewing is None:
        return form_locked_at
    return max(last_viewing + length(washout_days), form_locked_at)


def remaining(*, opens_at: datetime, now: datetime) -> timedelta:
    """Time left until `opens_at`, never negative."""
    return max(opens_at - now, timedelta(0))
