from __future__ import annotations

import secrets

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_salt() -> str:
    """Return 128 random bits in hex."""
    return secrets.token_hex(16)


class Cohort(models.Model):
    """A named set of de-identified radiographs that a model learns from."""

    name = models.CharField(
        max_length=80,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[a-z0-9][a-z0-9_-]*\Z", "Use small letters, digits, hyphens and underscores only."
            )
        ],
        help_text="Short name, used in commands and in file paths. It must not name a person.",
    )
    title = models.CharField(max_length=200, blank=True, default="")
    source = models.TextField(
        blank=True,
        default="",
        help_text="Where the images come from, with licence and attribution. Shown wherever they are.",
    )
    n_taken = models.PositiveIntegerField(default=0, help_text="Radiographs that the cohort holds.")
    n_refused = models.PositiveIntegerField(
        default=0, help_text="Files that the latest import held back or quarantined; its report says why."
    )
    split_salt = models.CharField(
        max_length=32,
        default=new_salt,
        editable=False,
        help_text=_("Decides, with a patient's pseudonym, who is for training, tuning and testing."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.title or self.name
