"""A study that is still being set up."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from readers.models.study import Study


class StudyDraft(models.Model):
    """What its author has entered so far; nobody else sees it, and it is no part of any record.

    Kept apart from `Study`, whose rows are complete and possible from the first.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="study_drafts"
    )
    values = models.JSONField(default=dict, help_text="Settings entered so far, by name.")
    criteria = models.JSONField(
        default=list, blank=True, help_text="Criteria, as in the protocol's document."
    )
    copied_from = models.ForeignKey(Study, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    people = models.JSONField(default=list, blank=True, help_text="Sign-in names, roles, codes, specialties.")
    videos = models.JSONField(default=list, blank=True, help_text="Ids of the videos to draw from.")
    videos_later = models.BooleanField(default=False, help_text="The videos are not all there yet.")
    steps_done = models.JSONField(
        default=list, blank=True, help_text="Numbers of the steps that are complete."
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return str(self.values.get("title") or self.public_id)

    @property
    def next_step(self) -> int:
        """The first step that is not complete; the summary is the fifth."""
        return next((step for step in range(1, 5) if step not in self.steps_done), 5)
