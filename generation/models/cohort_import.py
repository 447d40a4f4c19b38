from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models.cohort import Cohort


class CohortImport(models.Model):
    """One run of ``import_cohort``: how many files came and what became of them, without names."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="imports")
    n_files = models.PositiveIntegerField()
    counts = models.JSONField(help_text=_("Files by status."))
    reasons = models.JSONField(help_text=_("Files that were not taken: status, kind of reason, count."))
    n_registry_problems = models.PositiveIntegerField()
    n_near_duplicates = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.cohort.name} {self.at:%Y-%m-%d %H:%M}"
