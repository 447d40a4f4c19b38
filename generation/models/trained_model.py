from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models

from generation.models.cohort import Cohort


class TrainedModel(models.Model):
    """A checkpoint folder that videos can be rendered from."""

    name = models.CharField(max_length=80, unique=True)
    folder = models.CharField(
        max_length=500, help_text="The checkpoint folder: absolute, or relative to the models folder."
    )
    weights_sha256 = models.CharField(
        max_length=64,
        help_text="Hash over the weights and descriptions of all stages. A video names it, so that a model "
        "whose files were exchanged later is noticed before it renders.",
    )
    config = models.JSONField(help_text="The checkpoint's own description: network, schedule, training.")
    conditions = models.JSONField(help_text="Attributes that the model was trained with, and their values.")
    image_size = models.PositiveIntegerField(help_text="Width and height of a rendered frame, in pixels.")
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="trained_models"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(image_size__gt=0), name="trained_model_image_size_positive"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_super_resolution(self) -> bool:
        return "super_resolution" in self.config

    @property
    def path(self) -> Path:
        return Path(settings.MODELS_ROOT) / self.folder
