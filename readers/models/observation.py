"""What a reader noted about a frame."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.models.assignment import Assignment
from readers.protocol.direction import frame_index
from readers.protocol.observations import Mark


class Observation(models.Model):
    """A note of one reader on one frame, as shown, perhaps at a point or a box. Append-only.

    `public_id` is drawn at random: it is all that the pooled notes tell, and tells neither author nor time.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="observations")
    frame = models.PositiveIntegerField(help_text=_("Position of the frame in the order shown, from 0."))
    x = models.PositiveIntegerField(null=True, blank=True)
    y = models.PositiveIntegerField(null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField(max_length=1000)
    tags = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    idempotency_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["assignment", "frame", "pk"]
        constraints = [
            models.CheckConstraint(
                name="observation_point_or_box_or_none",
                condition=Q(x__isnull=True, y__isnull=True, width__isnull=True, height__isnull=True)
                | Q(x__isnull=False, y__isnull=False, width__isnull=True, height__isnull=True)
                | Q(x__isnull=False, y__isnull=False, width__gte=1, height__gte=1),
            ),
            models.CheckConstraint(name="observation_has_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} frame {self.frame}"

    @property
    def mark(self) -> Mark | None:
        """The point or box, in pixels of the frame."""
        if self.x is None or self.y is None:
            return None
        return Mark(self.x, self.y, self.width, self.height)

    def rendered_frame(self, n_frames: int) -> int:
        """The frame's number in the rendered video, 0 being group A, for tables that pool both directions."""
        return frame_index(self.frame, direction=self.assignment.direction, n_frames=n_frames)
