"""The washout clock: when a reader's blinded phase opens, and how long until then."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

MINIMUM_DAYS = 28


class Anchor(StrEnum):
    """From where the days are counted. None counts less than the last opening of an exploratory video.

    COMPLETION counts the last exploratory submission too, SIGN_OFF the lock of the form that the readers
    agreed on, LATEST all three.
    """

    LATEST = "latest"
    LAST_EXPOSURE = "last_exposure"
    COMPLETION = "completion"
    SIGN_OFF = "sign_off"

    @property
    def counts_completion(self) -> bool:
        return self in (Anchor.LATEST, Anchor.COMPLETION)

    @property
    def counts_sign_off(self) -> bool:
        return self in (Anchor.LATEST, Anchor.SIGN_OFF)


def length(days: int) -> timedelta:
    """Washout of `days` days as elapsed time, days × 86,400 s; `ValueError` under 28 days.

    Calendar days will not do: 28 of them across a spring change of clocks are only 671 hours.
    """
    if days < MINIMUM_DAYS:
        raise ValueError(f"washout of {days} days: the minimum is {MINIMUM_DAYS} days")
    return timedelta(seconds=days * 86_400)


def opens_at(
    *,
    anchor: str,
    last_opening: datetime | None,
    last_submission: datetime | None,
    form_locked_at: datetime | None,
    washout_days: int,
    clock_days: int = 0,
) -> datetime | None:
    """UTC moment from which blinded videos may be opened, or None while it is not known.

    `last_opening` and `last_submission` are of exploratory videos (None: the reader has none on record).
    `clock_days` of the washout count as passed: the clock of a rehearsal can be moved, no other.
    Never before the form lock, whatever the anchor; without a lock there is no opening.
    """
    if form_locked_at is None:
        return None
    counted = [
        last_opening,
        last_submission if Anchor(anchor).counts_completion else None,
        form_locked_at if Anchor(anchor).counts_sign_off else None,
    ]
    left = length(washout_days) - timedelta(days=clock_days)
    return max([form_locked_at, *(moment + left for moment in counted if moment is not None)])


def remaining(*, opens_at: datetime, now: datetime) -> timedelta:
    """Time left until `opens_at`, never negative."""
    return max(opens_at - now, timedelta(0))
