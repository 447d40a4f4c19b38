from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from generation.models.radiograph import Radiograph
from generation.models.trained_model import TrainedModel


class Video(models.Model):
    """Frames that turn one image into its counterpart, from ``group_from`` to ``group_to``.

    ``spec`` is everything that decides the pixels; two requests with one spec are one video.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trained_model = models.ForeignKey(TrainedModel, on_delete=models.PROTECT, related_name="videos")
    spec = models.JSONField()
    spec_sha256 = models.CharField(max_length=64, unique=True)
    group_from = models.CharField(max_length=64)
    group_to = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    source_radiograph = models.ForeignKey(
        Radiograph,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="videos",
        help_text="The real radiograph that the video starts from; empty when it starts from sampled noise.",
    )
    n_frames = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    manifest = models.JSONField(null=True, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True, default="")
    bundle_bytes = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="Size of the larger of its two bundles of frames; empty until they are made.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(n_frames__gte=2, width__gt=0, height__gt=0), name="video_has_frames_and_size"
            ),
            models.CheckConstraint(condition=Q(seed__gte=0), name="video_seed_not_negative"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, manifest__isnull=True, manifest_sha256="")
                | (Q(completed_at__isnull=False, manifest__isnull=False) & ~Q(manifest_sha256="")),
                name="video_complete_with_manifest",
            ),
        )

    def __str__(self) -> str:
        return _("%(first)s → %(last)s, seed %(seed)s") % {
            "first": self.group_from,
            "last": self.group_to,
            "seed": self.seed,
        }

    @property
    def short_id(self) -> str:
        """Enough of its id to tell videos apart in a list."""
        return str(self.pk)[:8]

    @property
    def is_complete(self) -> bool:
        return self.completed_at is not None
