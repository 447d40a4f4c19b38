from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generation.models.video import Video


class RenderJob(models.Model):
    """The rendering of one video: waiting, under way, or how it ended.

    A trigger keeps a done job done, and lets a failed or cancelled one only be queued again.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    video = models.OneToOneField(Video, on_delete=models.CASCADE, related_name="render_job")
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    priority = models.IntegerField(default=100, help_text="Jobs with lower numbers are rendered first.")
    error = models.TextField(blank=True, default="", help_text="Why it failed, in words for a person.")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("priority", "created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("queued", "running", "paused", "done", "failed", "cancelled")),
                name="render_job_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("done", "failed", "cancelled"), finished_at__isnull=False)
                | Q(state__in=("queued", "running", "paused"), finished_at__isnull=True),
                name="render_job_ended_with_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(started_at__isnull=False), name="render_job_runs_since"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""), name="render_job_failed_with_its_error"
            ),
        )

    def __str__(self) -> str:
        return f"{self.video}: {self.state}"
