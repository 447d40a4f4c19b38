from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from generation.models.render_job import RenderJob


class RenderChunk(models.Model):
    """Some consecutive frames of a video, rendered by one worker at a time under a lease.

    A worker that stops extending its lease loses the chunk. ``attempt`` grows with every claim, so that a
    worker that wakes up late is recognised by its old number and changes nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        LEASED = "leased"
        DONE = "done"
        FAILED = "failed"

    job = models.ForeignKey(RenderJob, on_delete=models.CASCADE, related_name="chunks")
    index = models.PositiveIntegerField()
    first_frame = models.PositiveIntegerField()
    last_frame = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    lease_owner = models.CharField(max_length=80, blank=True, default="")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0, help_text="Attempts that ended with an error.")
    device = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="Where the frames were made; it goes into the manifest.",
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("job", "index")
        indexes = (models.Index(fields=("state", "lease_expires_at"), name="render_chunk_claimable"),)
        constraints = (
            models.UniqueConstraint(fields=("job", "index"), name="render_chunk_index_once_in_a_job"),
            models.CheckConstraint(
                condition=Q(last_frame__gte=F("first_frame")), name="render_chunk_frames_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "leased", "done", "failed")), name="render_chunk_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="leased") | (Q(lease_expires_at__isnull=False) & ~Q(lease_owner="")),
                name="render_chunk_lease_has_owner_and_end",
            ),
        )

    def __str__(self) -> str:
        return f"{self.job.video}: frames {self.first_frame} to {self.last_frame}"
