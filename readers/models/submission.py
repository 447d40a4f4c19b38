"""The end of a case."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from readers.models.assignment import Assignment


class Submission(models.Model):
    """A reader has finished a case. Append-only; a blinded case's answers are ratings from here on.

    `form_sha256` is the form that was answered, '' for an exploratory case, which has no form.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="submission")
    submitted_at = models.DateTimeField(default=timezone.now)
    form_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["submitted_at", "pk"]

    def __str__(self) -> str:
        return f"{self.assignment} at {self.submitted_at:%Y-%m-%d %H:%M:%S}"
