"""What a person may do in a study."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from readers.models.study import Study


class Membership(models.Model):
    """One role of one person in one study."""

    class Role(models.TextChoices):
        """Readers score; coordinators run the protocol; analysts see answers; monitors see the record."""

        READER = "reader", _("Reader")
        COORDINATOR = "coordinator", _("Coordinator")
        ANALYST = "analyst", _("Analyst")
        MONITOR = "monitor", _("Monitor")

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)

    class Meta:
        ordering = ["study", "user", "role"]
        constraints = [
            models.UniqueConstraint(fields=["study", "user", "role"], name="membership_once"),
            models.CheckConstraint(
                name="membership_role_known",
                condition=models.Q(role__in=["reader", "coordinator", "analyst", "monitor"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role} of {self.study}"
