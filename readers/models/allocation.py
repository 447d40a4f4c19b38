"""The record of a draw."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from readers.models.choices import VideoPhase
from readers.models.reader import Reader


class Allocation(models.Model):
    """How one reader's order in one phase was drawn: once, never again (append-only)."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="allocations")
    phase = models.CharField(max_length=16, choices=VideoPhase.choices)
    algorithm = models.CharField(max_length=64)
    key = models.CharField(max_length=120, help_text="Text whose SHA-256 seeds the generator.")
    drawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["reader", "phase"]
        constraints = [models.UniqueConstraint(fields=["reader", "phase"], name="allocation_drawn_once")]

    def __str__(self) -> str:
        return f"{self.reader} {self.phase}"
