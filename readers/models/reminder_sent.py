"""A reminder that went out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from readers.models.reader import Reader


class ReminderSent(models.Model):
    """One reminder of one opening: 7, 1 or 0 days before it, each once. Append-only.

    When the opening moves, its reminders are sent anew; `days_before` is null for a reminder by hand.
    """

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="reminders")
    opens_at = models.DateTimeField(null=True, blank=True)
    days_before = models.PositiveSmallIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "reminders sent"
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reader", "opens_at", "days_before"], name="reminder_sent_once"),
            models.CheckConstraint(
                name="reminder_days_known", condition=Q(days_before=None) | Q(days_before__in=[7, 1, 0])
            ),
            models.CheckConstraint(
                name="reminder_by_schedule_has_opening",
                condition=Q(days_before=None) | Q(opens_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader} at {self.sent_at:%Y-%m-%d %H:%M}"
