"""Choices that several models share; the values are the words of `readers.protocol`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class VideoPhase(models.TextChoices):
    """Phases in which videos are shown."""

    TRAINING = "training", _("Training")
    EXPLORATORY = "exploratory", _("Exploratory")
    BLINDED = "blinded", _("Blinded")


class VideoKind(models.TextChoices):
    """What a blinded video is for: a null video stays in group A, and catches who sees what is not there."""

    COUNTERFACTUAL = "counterfactual", _("Counterfactual")
    NULL = "null", _("Null (A → A)")


class ShownDirection(models.TextChoices):
    """Direction as shown on the screen."""

    AB = "AB", "A → B"
    BA = "BA", "B → A"
