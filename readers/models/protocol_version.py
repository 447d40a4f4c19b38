"""One version of a study's protocol."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from readers.models.study import Study


class ProtocolVersion(models.Model):
    """What the protocol was from `made_at` on, with its hash, who changed it and why. Append-only."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="protocol_versions")
    number = models.PositiveIntegerField(help_text="From 1, without gaps.")
    document = models.JSONField(help_text="The protocol, whole, as `manage.py study export` writes it.")
    sha256 = models.CharField(max_length=64, help_text="SHA-256 of the document as canonical JSON.")
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="protocol_versions"
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["study", "number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="protocol_version_number_unique"),
            models.CheckConstraint(
                name="protocol_version_complete", condition=Q(number__gte=1) & ~Q(sha256="") & ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} v{self.number}"
