"""Words for lengths of time, and times that are promised by the minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template

register = template.Library()


@register.filter
def time_left(left: timedelta) -> str:
    """Return "12 days and 5 hours", "3 hours and 20 minutes" or "4 minutes", rounded up to the minute."""
    minutes = -(-int(left.total_seconds()) // 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    words = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n][:2]
    return " and ".join(words) or "less than a minute"


@register.filter
def next_minute(moment: datetime) -> datetime:
    """Round up to the minute: a reader who comes at the minute shown must not be told to wait."""
    return moment + (moment.replace(second=0, microsecond=0) - moment) % timedelta(minutes=1)
