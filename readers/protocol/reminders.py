"""Which reminder of the blinded phase is due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

DAYS_BEFORE = (7, 1, 0)


def due(*, opens_at: datetime, now: datetime, sent: Collection[int]) -> int | None:
    """Days before the opening (7, 1 or 0) of the reminder to send at `now`, or None.

    Only the latest one that is due counts: after a week without cron, a reader gets one mail and not three.
    """
    reached = [days for days in DAYS_BEFORE if now >= opens_at - timedelta(days=days)]
    if not reached or reached[-1] in sent:
        return None
    return reached[-1]
