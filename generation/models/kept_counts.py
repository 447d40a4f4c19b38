from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models.cohort import Cohort


class KeptCounts(models.Model):
    """What Table 1 and filters count, kept by whatever adds films, so that no page counts them one by one."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="kept_counts")
    n_films = models.PositiveIntegerField(
        help_text=_("Films that were counted; with more in the cohort, it is counted anew.")
    )
    cells = models.JSONField(help_text=_("Films and sums of age and body mass index by all categories."))
    patients = models.JSONField(help_text=_("Patients of each group and split."))

    class Meta:
        verbose_name_plural = "kept counts"

    def __str__(self) -> str:
        return f"{self.cohort.name}: {self.n_films}"
