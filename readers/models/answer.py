"""One version of an answer."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from readers.models.assignment import Assignment
from readers.models.criterion import Criterion


class Answer(models.Model):
    """A score as shown. Append-only: a change is a new version, and after the submission there is none."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="answers")
    version = models.PositiveIntegerField()
    score = models.PositiveSmallIntegerField(
        help_text="Code 1 to 5 of the anchor chosen, in the direction shown."
    )
    answered_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="answers"
    )
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["assignment", "criterion", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "criterion", "version"], name="answer_version_unique"
            ),
            models.CheckConstraint(name="answer_score_1_to_5", condition=Q(score__gte=1, score__lte=5)),
            models.CheckConstraint(name="answer_version_from_1", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.criterion.key} v{self.version}"
