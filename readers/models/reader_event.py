"""What happened to a reader after the enrolment."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.models.reader import Reader


class ReaderEvent(models.Model):
    """A pause, a return, a withdrawal or a replacement, with its reason. Append-only; the latest one counts.

    `successor` is the reader who was enrolled in the place of a reader who withdrew.
    """

    class Kind(models.TextChoices):
        """The words of `readers.protocol.participation`."""

        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REPLACED = "replaced", _("replaced")

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    successor = models.OneToOneField(
        Reader, null=True, blank=True, on_delete=models.PROTECT, related_name="predecessor"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reader_events")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    unblinded = models.BooleanField(
        default=False,
        help_text=_(
            "The results were open to the coordinator by then: the act may have been made knowing them."
        ),
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="reader_event_kind_known",
                condition=Q(kind__in=["paused", "resumed", "withdrawn", "replaced"]),
            ),
            models.CheckConstraint(name="reader_event_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="reader_event_replaced_by_someone",
                condition=Q(kind="replaced", successor__isnull=False)
                | ~Q(kind="replaced") & Q(successor__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader} {self.kind} on {self.at:%Y-%m-%d}"
