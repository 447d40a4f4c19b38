"""One act in the consensus room."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from readers.models.observation import Observation
from readers.models.study import Study
from readers.protocol.consensus import Act, Choice, Kind


class RoomAct(models.Model):
    """Who did what in the room, in order. Append-only; `readers.protocol.consensus` makes the state of it."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="room_acts")
    number = models.PositiveIntegerField(help_text="Place in the study's acts, from 1.")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in Kind])
    candidate = models.UUIDField(null=True, blank=True)
    observation = models.ForeignKey(
        Observation, null=True, blank=True, on_delete=models.PROTECT, related_name="room_acts"
    )
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="room_acts")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["study", "number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="room_act_number_once"),
            models.CheckConstraint(
                name="room_act_kind_known", condition=Q(kind__in=[kind.value for kind in Kind])
            ),
            models.CheckConstraint(
                name="room_act_vote_has_choice",
                condition=~Q(kind=Kind.VOTED.value)
                | Q(candidate__isnull=False, text__in=[choice.value for choice in Choice]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} act {self.number}: {self.kind}"

    @property
    def act(self) -> Act:
        """The act as the pure core takes it; needs `observation` to be loaded."""
        return Act(
            kind=Kind(self.kind),
            by=self.by_id,
            at=self.at,
            candidate=self.candidate,
            observation=self.observation.public_id if self.observation else None,
            text=self.text,
        )
