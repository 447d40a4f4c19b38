"""Something that did not go by the protocol."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.models.reader import Reader
from readers.models.study import Study


class Deviation(models.Model):
    """An entry of the deviations log, by the system (`by` null) or by hand. Append-only.

    `source` names what an automatic entry was made for, so that it is made once.
    """

    class Kind(models.TextChoices):
        """What kind of deviation; all but the last are noted by the system itself."""

        REOPENED = "reopened", _("exploratory video opened again in the washout")
        EARLY = "early", _("blinded video asked for too early")
        UNLOCK = "unlock", _("submitted case unlocked")
        DISPLAY = "display", _("display check failed")
        SESSION = "session", _("session far beyond the advice")
        CLOCK = "clock", _("clock of the reader's computer out of step")
        NOTE = "note", _("noted by hand")

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="deviations")
    reader = models.ForeignKey(
        Reader, null=True, blank=True, on_delete=models.PROTECT, related_name="deviations"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="noted_deviations",
        help_text=_("Empty: the system itself."),
    )
    at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="deviation_kind_known",
                condition=Q(
                    kind__in=["reopened", "early", "unlock", "display", "session", "clock", "note"],
                ),
            ),
            models.CheckConstraint(
                name="deviation_by_hand_has_author",
                condition=~Q(kind="note") | Q(by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader or self.study}: {self.kind}"
