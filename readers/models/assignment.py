"""One video that one reader is to see."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from readers.models.choices import ShownDirection, VideoPhase
from readers.models.reader import Reader
from readers.models.study_video import StudyVideo


class Assignment(models.Model):
    """Reader × video × phase × position. `public_id` is all that a reader's addresses tell. Append-only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="assignments")
    study_video = models.ForeignKey(StudyVideo, on_delete=models.PROTECT, related_name="assignments")
    phase = models.CharField(max_length=16, choices=VideoPhase.choices)
    position = models.PositiveIntegerField(help_text="Place in this reader's order, from 1.")
    direction = models.CharField(max_length=2, choices=ShownDirection.choices)
    reading = models.PositiveSmallIntegerField(
        default=1, help_text="2 when the reader reads a blinded video for the second time."
    )

    class Meta:
        ordering = ["reader", "phase", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "phase", "position"], name="assignment_position_unique"
            ),
            models.UniqueConstraint(
                fields=["reader", "study_video", "reading"], name="assignment_video_reading_once"
            ),
            models.CheckConstraint(
                name="assignment_phase_known", condition=Q(phase__in=["training", "exploratory", "blinded"])
            ),
            models.CheckConstraint(
                name="assignment_reading_known", condition=Q(reading=1) | Q(reading=2, phase="blinded")
            ),
            models.CheckConstraint(
                name="assignment_direction_known", condition=Q(direction__in=["AB", "BA"])
            ),
            models.CheckConstraint(name="assignment_position_from_1", condition=Q(position__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.reader} {self.phase} {self.position}"

    def clean(self) -> None:
        """Refuse a video of another study or phase, or in another direction than the study's."""
        if self.reader.study_id != self.study_video.study_id:
            raise ValidationError(_("The reader and the video belong to different studies."))
        if (self.phase, self.direction) != (self.study_video.phase, self.study_video.direction):
            raise ValidationError(_("Phase and direction must be those of the study's video."))
