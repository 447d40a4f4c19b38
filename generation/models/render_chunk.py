from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from generation.models.render_job import RenderJob


class RenderChunk(models.Model):
    """Some consecutive frames of a video, rendered by one worker at a time under a lease.

    A worker that stops extending its lease loses the chunk. ``attempt`` grows with every claim, so that a
    worker that wakes up late is recognised by its old number and changes nothing. A trigger refuses every
    change to a chunk that is done.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        LEASED = "leased", _("At work")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    job = models.ForeignKey(RenderJob, on_delete=models.CASCADE, related_name="chunks")
    index = models.PositiveIntegerField()
    first_frame = models.PositiveIntegerField()
    last_frame = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    lease_owner = models.CharField(max_length=80, blank=True, default="")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="When the last attempt began.")
    progressed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Last heartbeat before which the network was evaluated: old in a worker that hangs.",
    )
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0, help_text="Attempts that ended with an error.")
    losses = models.PositiveIntegerField(default=0, help_text="Attempts whose worker fell silent.")
    error = models.TextField(blank=True, default="", help_text="The last error, in words for a person.")
    seconds = models.FloatField(null=True, blank=True, help_text="How long the finished attempt took.")
    made = models.JSONField(
        default=list, blank=True, help_text="How each frame was made; it goes into the manifest."
    )
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
                condition=(Q(state="leased", lease_expires_at__isnull=False) & ~Q(lease_owner=""))
                | (~Q(state="leased") & Q(lease_expires_at__isnull=True, lease_owner="")),
                name="render_chunk_leased_by_owner_until",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False), name="render_chunk_done_at"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""), name="render_chunk_failed_with_its_error"
            ),
        )

    def __str__(self) -> str:
        return f"{self.job.video}: frames {self.first_frame} to {self.last_frame}"
