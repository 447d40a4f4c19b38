"""How a person's screen showed greys."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from readers.models.assignment import Assignment


class Renderer(models.TextChoices):
    """What draws the frames in a browser."""

    WEBGL2 = "webgl2"
    CANVAS2D = "canvas2d"


class DisplayCheck(models.Model):
    """A ramp of all 256 greys was drawn and read back: when a case was opened, or on the test page.

    `assignment` is the case; null on the test page, where the person also said what was to be seen. What the
    browser tells (everything but `by` and `checked_at`) is taken as told. Append-only.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="display_checks")
    assignment = models.ForeignKey(
        Assignment, null=True, blank=True, on_delete=models.PROTECT, related_name="display_checks"
    )
    checked_at = models.DateTimeField(default=timezone.now)
    renderer = models.CharField(max_length=8, choices=Renderer.choices)
    wrong_greys = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(256)],
        help_text="Greys of the ramp that did not come out as themselves.",
    )
    device_pixel_ratio = models.FloatField(
        validators=[MinValueValidator(0.1), MaxValueValidator(16)],
        help_text="Screen pixels for a CSS pixel; the browser's zoom is part of it.",
    )
    page_zoom = models.FloatField(
        validators=[MinValueValidator(0.1), MaxValueValidator(100)], help_text="By two fingers on the page."
    )
    screen_width = models.PositiveIntegerField(help_text="In CSS pixels.")
    screen_height = models.PositiveIntegerField(help_text="In CSS pixels.")
    colour_depth = models.PositiveSmallIntegerField(help_text="Bits, as the browser tells.")
    user_agent = models.CharField(max_length=300, blank=True)
    dark_seen = models.BooleanField(null=True, blank=True, help_text="The 5 % square on black was seen.")
    light_seen = models.BooleanField(null=True, blank=True, help_text="The 95 % square on white was seen.")
    steps_seen = models.BooleanField(null=True, blank=True, help_text="The ramp rose evenly.")

    class Meta:
        ordering = ["checked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="display_check_of_a_case_or_a_test",
                condition=Q(
                    assignment__isnull=False,
                    dark_seen__isnull=True,
                    light_seen__isnull=True,
                    steps_seen__isnull=True,
                )
                | Q(
                    assignment__isnull=True,
                    dark_seen__isnull=False,
                    light_seen__isnull=False,
                    steps_seen__isnull=False,
                ),
            ),
            models.CheckConstraint(name="display_check_of_256_greys", condition=Q(wrong_greys__lte=256)),
        ]

    def __str__(self) -> str:
        return f"{self.by} at {self.checked_at:%Y-%m-%d %H:%M:%S}"
