"""What happened to a study as a whole."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.models.study import Study


class StudyEvent(models.Model):
    """A study went to the archive or came back, with the reason. Append-only."""

    class Kind(models.TextChoices):
        """What happened."""

        ARCHIVED = "archived", _("archived")
        RESTORED = "restored", _("taken back from the archive")

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="study_events")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="study_event_kind_known", condition=Q(kind__in=["archived", "restored"])
            ),
            models.CheckConstraint(name="study_event_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.study} {self.kind} on {self.at:%Y-%m-%d}"
