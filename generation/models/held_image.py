from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models.cohort import Cohort


class HeldImage(models.Model):
    """A picture that may show a name: it is no radiograph of the cohort until a person has looked at it.

    Its pixels lie apart from the cohort's images (``services.review.held_file``) and are deleted on decision.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="held_images")
    pixel_sha256 = models.CharField(
        max_length=64, help_text=_("SHA-256 of the grey pixels as they came, text and all.")
    )
    reason = models.CharField(max_length=120, help_text=_("Why it is held."))
    text = models.JSONField(
        default=list, blank=True, help_text=_("Where text was found: left, top, right, bottom.")
    )
    attributes = models.JSONField(help_text=_("What the registry says of it, as it will be stored."))
    side = models.PositiveIntegerField()
    source_rows = models.PositiveIntegerField()
    source_columns = models.PositiveIntegerField()
    pixel_mm = models.FloatField(null=True, blank=True)
    pixel_plane = models.CharField(max_length=8, blank=True, default="")
    held_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("cohort", "pk")
        constraints = (
            models.UniqueConstraint(fields=("cohort", "pixel_sha256"), name="held_pixels_once_in_a_cohort"),
        )

    def __str__(self) -> str:
        return f"{self.cohort.name}/{self.pixel_sha256[:12]}"


class HoldDecision(models.Model):
    """What a person decided about a held image. Append-only: there is one for each, and it stays."""

    class Kind(models.TextChoices):
        TAKE = "take", _("take into the cohort")
        REFUSE = "refuse", _("refuse and delete its pixels")

    held = models.OneToOneField(HeldImage, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    reason = models.CharField(max_length=500)
    blanked = models.JSONField(
        default=list, blank=True, help_text=_("Regions made black: left, top, right, bottom.")
    )
    result_sha256 = models.CharField(
        max_length=64, blank=True, default="", help_text=_("SHA-256 of the pixels that were taken.")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("take", "refuse")), name="hold_decision_kind_known"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="hold_decision_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.held}: {self.kind}"
