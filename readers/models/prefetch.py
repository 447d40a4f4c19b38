"""Frames that left the server before their case was opened."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from readers.models.assignment import Assignment


class Prefetch(models.Model):
    """The bundle of a reader's next case may be fetched while the present one is judged. Append-only.

    It is no viewing: the page shows nothing of it before the case is opened. But it is frames in a reader's
    browser, so the database refuses one of a blinded case that is as early as a viewing would be refused.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="prefetch")
    allowed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["allowed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.assignment} at {self.allowed_at:%Y-%m-%d %H:%M:%S}"
