"""A submitted case opened again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.models.submission import Submission


class Unlock(models.Model):
    """A coordinator let the reader of a blinded case answer again, and said why. Append-only.

    The submission stays on record; the answers count again once the reader has submitted a new version.
    """

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="unlock")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="unlocks")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    unblinded = models.BooleanField(
        default=False,
        help_text=_(
            "The results were open to the coordinator by then: the act may have been made knowing them."
        ),
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(name="unlock_has_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.submission}, unlocked"
