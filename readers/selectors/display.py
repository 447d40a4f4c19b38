"""Whether a person has looked at the grey-scale test page."""

from __future__ import annotations

from django.contrib.auth.models import User

from readers.models import DisplayCheck


def last_display_test(user: User) -> DisplayCheck | None:
    """The person's last test page; None before the first one."""
    return DisplayCheck.objects.filter(by=user, assignment=None).last()
