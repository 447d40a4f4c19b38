"""The end of a case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from readers.models.assignment import Assignment


class Submission(models.Model):
    """A reader has finished a case. Append-only; a blinded case's answers are ratings from here on.

    The case is submitted while its latest submission has no unlock; after one, the next submission is a new
    version. `form_sha256` is the form that was answered, '' for a case without one.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="submissions")
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(default=timezone.now)
    form_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "version"], name="submission_version_unique"),
            models.CheckConstraint(name="submission_version_from_1", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} at {self.submitted_at:%Y-%m-%d %H:%M:%S}"
