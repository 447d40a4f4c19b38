"""A note taken back."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from readers.models.observation import Observation


class Retraction(models.Model):
    """The reader takes an observation back before the phase ends; the record keeps both. Append-only."""

    observation = models.OneToOneField(Observation, on_delete=models.PROTECT, related_name="retraction")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.observation} retracted"
