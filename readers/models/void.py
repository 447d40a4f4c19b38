"""The end of a signature's validity."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from readers.models.signature import Signature


class Void(models.Model):
    """What was signed has changed since, so that the signature no longer stands for it. Append-only."""

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="void")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.signature} void"
