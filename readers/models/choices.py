"""Choices that several models share; the values are the words of `readers.protocol`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class VideoPhase(models.TextChoices):
    """Phases in which videos are shown."""

    EXPLORATORY = "exploratory", _("Exploratory")
    BLINDED = "blinded", _("Blinded")


class ShownDirection(models.TextChoices):
    """Direction as shown on the screen."""

    AB = "AB", "A → B"
    BA = "BA", "B → A"
