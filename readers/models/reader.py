"""A person who scores videos in a study."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.models.study import Study


def known_time_zone(name: str) -> None:
    """Refuse what is no time zone of the IANA list."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone: give one as in Europe/Madrid."), params={"name": name}
        )


class Reader(models.Model):
    """One reader of one study, known by a code in every table."""

    class Specialty(models.TextChoices):
        """Agreement is also reported within a specialty."""

        SURGEON = "surgeon", _("Surgeon")
        RADIOLOGIST = "radiologist", _("Radiologist")
        OTHER = "other", _("Other")

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="readings")
    code = models.SlugField(
        max_length=16, help_text=_("For example R1; seeds this reader's order and names the rows.")
    )
    specialty = models.CharField(max_length=16, choices=Specialty.choices)
    time_zone = models.CharField(
        max_length=64,
        db_default="UTC",
        validators=[known_time_zone],
        help_text=_("Name from the IANA list, for example Europe/Madrid; mails give their times in it too."),
    )
    enrolled_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(fields=["study", "user"], name="reader_once_per_study"),
            models.UniqueConstraint(fields=["study", "code"], name="reader_code_unique"),
            models.CheckConstraint(
                name="reader_specialty_known",
                condition=models.Q(specialty__in=["surgeon", "radiologist", "other"]),
            ),
        ]

    def __str__(self) -> str:
        return self.code
