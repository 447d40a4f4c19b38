"""The secret address of a calendar."""

from __future__ import annotations

import secrets

from django.db import models

from readers.models.reader import Reader
from readers.models.study import Study


def new_token() -> str:
    """43 characters that nobody can guess."""
    return secrets.token_urlsafe(32)


class CalendarFeed(models.Model):
    """A calendar of one reader, or of a whole study for its team (`reader` null).

    Calendar programs cannot sign in: whoever knows the address sees codes and dates, until it is renewed.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="calendar_feeds")
    reader = models.OneToOneField(
        Reader, null=True, blank=True, on_delete=models.PROTECT, related_name="calendar_feed"
    )
    token = models.CharField(max_length=64, unique=True, default=new_token)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study"], condition=models.Q(reader=None), name="calendar_of_study_once"
            )
        ]

    def __str__(self) -> str:
        return f"calendar of {self.reader or self.study}"
