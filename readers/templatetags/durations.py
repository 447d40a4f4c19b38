"""Words for lengths of time, moments on a page, and times that are promised by the minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def time_left(left: timedelta) -> str:
    """Return "12 days and 5 hours", "3 hours and 20 minutes" or "4 minutes", rounded up to the minute."""
    minutes = -(-int(left.total_seconds()) // 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        (days, ngettext("%(n)d day", "%(n)d days", days)),
        (hours, ngettext("%(n)d hour", "%(n)d hours", hours)),
        (minutes, ngettext("%(n)d minute", "%(n)d minutes", minutes)),
    ]
    words = [text % {"n": n} for n, text in parts if n][:2]
    if len(words) == 2:
        return _("%(longer)s and %(shorter)s") % {"longer": words[0], "shorter": words[1]}
    return words[0] if words else _("less than a minute")


@register.filter
def next_minute(moment: datetime) -> datetime:
    """Round up to the minute: a reader who comes at the minute shown must not be told to wait."""
    return moment + (moment.replace(second=0, microsecond=0) - moment) % timedelta(minutes=1)


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """A `time` element in UTC; the page's script writes it in the zone of the person who looks."""
    in_utc = at.astimezone(UTC)
    words = date_format(in_utc, "DATETIME_FORMAT")
    return format_html('<time class="local" datetime="{}">{} UTC</time>', in_utc.isoformat(), words)
