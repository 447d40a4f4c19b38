"""One viewing."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from readers.models.assignment import Assignment


class Exposure(models.Model):
    """A reader opened a case, by the server's clock. Append-only; the washout is counted from these rows."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="exposures")
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["opened_at", "pk"]
        indexes = [models.Index(fields=["assignment", "opened_at"], name="exposure_by_assignment")]

    def __str__(self) -> str:
        return f"{self.assignment} at {self.opened_at:%Y-%m-%d %H:%M:%S}"
