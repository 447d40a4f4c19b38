"""A video's place in a study."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from generation.models import Radiograph, Video
from readers.models.choices import ShownDirection, VideoKind, VideoPhase
from readers.models.study import Study


class StudyVideo(models.Model):
    """A video in one phase of a study.

    Each noise seed and each source radiograph occurs once in a study, so that the sets of two phases cannot
    share either. `video` is null only for imported ratings whose frames are not held.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="study_videos")
    video = models.ForeignKey(
        Video, null=True, blank=True, on_delete=models.PROTECT, related_name="study_videos"
    )
    label = models.CharField(
        max_length=16, help_text="Name in tables, for example V01. Readers never see it."
    )
    phase = models.CharField(max_length=16, choices=VideoPhase.choices)
    kind = models.CharField(max_length=16, choices=VideoKind.choices, default=VideoKind.COUNTERFACTUAL)
    direction = models.CharField(max_length=2, choices=ShownDirection.choices)
    noise_seed = models.BigIntegerField(null=True, blank=True)
    source_radiograph = models.ForeignKey(
        Radiograph, null=True, blank=True, on_delete=models.PROTECT, related_name="study_videos"
    )

    class Meta:
        ordering = ["study", "label"]
        constraints = [
            models.UniqueConstraint(fields=["study", "label"], name="study_video_label_unique"),
            models.UniqueConstraint(fields=["study", "video"], name="study_video_once"),
            models.UniqueConstraint(fields=["study", "noise_seed"], name="study_video_seed_once"),
            models.UniqueConstraint(fields=["study", "source_radiograph"], name="study_video_source_once"),
            models.CheckConstraint(
                name="study_video_phase_known", condition=Q(phase__in=["training", "exploratory", "blinded"])
            ),
            models.CheckConstraint(
                name="study_video_kind_known",
                condition=Q(kind="counterfactual") | Q(kind="null", phase="blinded"),
            ),
            models.CheckConstraint(
                name="study_video_direction_known", condition=Q(direction__in=["AB", "BA"])
            ),
        ]

    def __str__(self) -> str:
        return self.label
