"""One line of the log that the reading page keeps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from readers.models.assignment import Assignment


class ViewingEvent(models.Model):
    """What happened on the reading page while a case was open. Append-only.

    A sitting is one loading of the page; its events are numbered by the page, and timed by the page's own
    monotonic clock (`at_ms`, milliseconds since it was loaded). Only `received_at` is the server's.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="viewing_events")
    sitting = models.UUIDField()
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    at_ms = models.PositiveBigIntegerField()
    received_at = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["assignment", "sitting", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "sequence"], name="viewing_event_once"),
            models.CheckConstraint(name="viewing_event_has_kind", condition=~Q(kind="")),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.kind} {self.sequence}"
