"""A reader study and the settings that fix its protocol."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from readers.protocol import washout
from readers.protocol.forms import question_problem

QUESTION = "With transitioning from {A} to {B}, how does the {criterion} change?"


class Study(models.Model):
    """One study. Once the form is locked the database refuses changes that could alter a reading."""

    slug = models.SlugField(unique=True)
    title = models.CharField(
        max_length=200, help_text="For the team. Readers never see it: it may name the groups."
    )
    group_a = models.CharField(
        max_length=64, help_text="Words for the group that every video is rendered from."
    )
    group_b = models.CharField(
        max_length=64, help_text="Words for the group that every video is rendered to."
    )
    question_template = models.CharField(
        max_length=300,
        default=QUESTION,
        help_text="{A} and {B} become the groups first and last shown, {criterion} the item's name.",
    )
    n_exploratory = models.PositiveIntegerField(
        default=30, help_text="Videos that a reader must have seen before the washout can end."
    )
    n_blinded = models.PositiveIntegerField(default=30, help_text="Previously unseen videos that are scored.")
    washout_days = models.PositiveIntegerField(
        default=washout.MINIMUM_DAYS,
        help_text="Days of 24 hours between a reader's last exploratory video and the first blinded one. "
        "Shorter than 28 days, memory of the first phase could carry over.",
    )
    conceal_direction = models.BooleanField(
        default=True,
        help_text="Hide which group a video starts from: a reader who knows may answer what is expected.",
    )
    allocation_seed = models.BigIntegerField(
        help_text="All drawing of sets, directions and orders starts here."
    )
    notice = models.CharField(max_length=300, blank=True, help_text="Shown on every page of the study.")
    form_locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    form_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["-created_at", "slug"]
        constraints = [
            models.CheckConstraint(
                name="study_washout_at_least_28_days",
                condition=Q(washout_days__gte=washout.MINIMUM_DAYS),
                violation_error_message="The washout cannot be shorter than 28 days.",
            ),
            models.CheckConstraint(
                name="study_has_blinded_videos",
                condition=Q(n_blinded__gte=1),
                violation_error_message="A study needs at least one blinded video.",
            ),
            models.CheckConstraint(
                name="study_locked_form_has_hash",
                condition=Q(form_locked_at__isnull=True, form_sha256="")
                | Q(form_locked_at__isnull=False) & ~Q(form_sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a question that does not name the criterion or holds other words in braces."""
        if problem := question_problem(self.question_template):
            raise ValidationError(problem)
