"""One version of an answer."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.models.assignment import Assignment
from readers.models.criterion import Criterion


class Answer(models.Model):
    """What a reader said of one criterion, as shown. Append-only: a change, also an undo, is a new version.

    After the submission there is none, unless a coordinator unlocks the case.
    """

    class Kind(models.TextChoices):
        """A score of the scale; no judgement, with its reason; or nothing any more, after an undo."""

        SCORE = "score", _("Score")
        CANNOT_JUDGE = "cannot_judge", _("Cannot judge")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="answers")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.SCORE)
    score = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("Code 1 to 5 of the anchor chosen, in the direction shown; empty unless it is a score."),
    )
    answered_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="answers"
    )
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True)
    reason = models.CharField(
        max_length=300, blank=True, help_text=_("Why it cannot be judged, or why the answer was changed.")
    )

    class Meta:
        ordering = ["assignment", "criterion", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "criterion", "version"], name="answer_version_unique"
            ),
            models.CheckConstraint(
                name="answer_score_fits_kind",
                condition=Q(kind="score", score__isnull=False, score__gte=1, score__lte=5)
                | Q(kind="cannot_judge", score__isnull=True) & ~Q(reason="")
                | Q(kind="withdrawn", score__isnull=True),
            ),
            models.CheckConstraint(name="answer_version_from_1", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.criterion.key} v{self.version}"
