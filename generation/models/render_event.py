from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generation.models.render_job import RenderJob


class RenderEvent(models.Model):
    """What a person did with a job, or how it failed. Append-only: a retried job keeps its history."""

    class Act(models.TextChoices):
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")
        CANCELLED = "cancelled", _("Cancelled")
        RETRIED = "retried", _("Queued again")
        PRIORITY = "priority", _("Priority changed")
        FAILED = "failed", _("Failed")

    job = models.ForeignKey(RenderJob, on_delete=models.PROTECT, related_name="events")
    act = models.CharField(max_length=16, choices=Act.choices)
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where a worker or the command line did it.",
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(act__in=("paused", "resumed", "cancelled", "retried", "priority", "failed")),
                name="render_event_act_known",
            ),
            models.CheckConstraint(
                condition=~Q(act__in=("retried", "failed")) | ~Q(reason=""),
                name="render_event_has_its_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.job_id}: {self.act}"
