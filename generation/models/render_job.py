from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models.video import Video


class RenderJob(models.Model):
    """The rendering of one video: waiting, under way, or how it ended."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    video = models.OneToOneField(Video, on_delete=models.CASCADE, related_name="render_job")
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    priority = models.IntegerField(default=100, help_text="Jobs with lower numbers are rendered first.")
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("priority", "created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=("queued", "running", "done", "failed", "cancelled")),
                name="render_job_state_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.video}: {self.state}"
