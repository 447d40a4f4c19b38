"""Durations in words, rounded as one says them."""

from __future__ import annotations

from django import template
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def duration(seconds: float) -> str:
    """A number of seconds in the largest unit that makes it at least two, or one second at least."""
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    if seconds < 100:
        n = max(1, round(seconds))
        return ngettext("%d second", "%d seconds", n) % n
    if minutes < 100:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    return ngettext("%d hour", "%d hours", hours) % hours
