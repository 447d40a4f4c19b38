"""An electronic signature."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.models.study import Study
from readers.protocol.signing import Signed, seal


class Signature(models.Model):
    """A person, who gave the password again, put a name to a record: append-only, void by a `Void` alone.

    `sha256` is the hash of what was signed, `seal` that of the signature itself.
    """

    class Meaning(models.TextChoices):
        """What the signature says; the values are the words of `readers.protocol.signing`."""

        PROTOCOL = "protocol", _("I am responsible for this protocol and approve it.")
        FORM = "form", _("I agree with these criteria and their anchors.")
        ANSWERS = "answers", _("These are my answers, given by me alone.")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="signatures")
    meaning = models.CharField(max_length=16, choices=Meaning.choices)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    printed_name = models.CharField(max_length=301)
    signed_at = models.DateTimeField(default=timezone.now)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="signature_meaning_known", condition=Q(meaning__in=["protocol", "form", "answers"])
            ),
            models.CheckConstraint(name="signature_has_name", condition=~Q(printed_name="")),
        ]

    def __str__(self) -> str:
        return f"{self.printed_name}: {self.get_meaning_display()}"

    def own_seal(self) -> str:
        """The seal that this row must have."""
        return seal(
            Signed(
                user=self.user_id,
                printed_name=self.printed_name,
                signed_at=self.signed_at,
                study=self.study_id,
                meaning=self.meaning,
                target_type=self.target_type,
                target_id=self.target_id,
                sha256=self.sha256,
            )
        )
