"""One act on record."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from readers.models.action import Action
from readers.models.study import Study
from readers.protocol.audit import Event, Link


class AuditEvent(models.Model):
    """Who did what to what, when, by the server's clock. Append-only; `readers.protocol.audit` has the chain.

    It names people by user id and sign-in name, cases by their opaque id, and holds no score.
    """

    number = models.PositiveBigIntegerField(primary_key=True, help_text="From 1, without gaps.")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="audit_events",
        help_text="Null: the system itself.",
    )
    actor_name = models.CharField(
        max_length=150, blank=True, help_text="Sign-in name at that time; the account may be renamed later."
    )
    study = models.ForeignKey(Study, null=True, on_delete=models.PROTECT, related_name="audit_events")
    action = models.CharField(max_length=40)
    target_type = models.CharField(max_length=40, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)
    request_id = models.CharField(
        max_length=32, blank=True, help_text="That of the request's line in the log; empty outside of one."
    )
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["study", "number"], name="audit_event_by_study")]

    def __str__(self) -> str:
        return f"{self.actor_name or 'The system'} {self.says}"

    @property
    def says(self) -> str:
        """What was done, as a predicate."""
        return str(Action(self.action).label) if self.action in Action.values else self.action

    @property
    def link(self) -> Link:
        """The event as the pure core takes it."""
        event = Event(
            at=self.at,
            actor=self.actor_id,
            actor_name=self.actor_name,
            study=self.study_id,
            action=self.action,
            target_type=self.target_type,
            target_id=self.target_id,
            details=self.details,
            prev_hash=self.prev_hash,
            request_id=self.request_id,
        )
        return Link(number=self.number, event=event, hash=self.hash)
