"""An invitation into a study by e-mail."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.models.membership import Membership
from readers.models.reader import Reader
from readers.models.study import Study


def new_nonce() -> str:
    """A random word that only the latest link of an invitation carries."""
    return secrets.token_urlsafe(16)


class Invitation(models.Model):
    """A link that lets one person into a study, once, until it expires or is revoked.

    Sending it again draws a new `nonce`, and so the earlier link ends. Reader's code and specialty are the
    coordinator's to give.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Membership.Role.choices)
    code = models.SlugField(max_length=16, blank=True, help_text=_("Of a reader, for example R5."))
    specialty = models.CharField(max_length=16, choices=Reader.Specialty.choices, blank=True)
    replaces = models.ForeignKey(
        Reader,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations_to_replace",
        help_text=_("The withdrawn reader whose place the invited reader takes."),
    )
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why a reader is replaced."))
    nonce = models.CharField(max_length=32, default=new_nonce)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sent_invitations"
    )
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="accepted_invitations",
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="invitation_accepted_by_someone",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_ends_once",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(name="invitation_expires_later", condition=Q(expires_at__gt=F("sent_at"))),
            models.CheckConstraint(
                name="invitation_of_reader_has_code",
                condition=Q(role="reader") & ~Q(code="") & ~Q(specialty="")
                | ~Q(role="reader") & Q(code="", specialty=""),
                violation_error_message=_("Readers, and they alone, are invited with code and specialty."),
            ),
            models.UniqueConstraint(
                fields=["study", "code"],
                condition=~Q(code="") & Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_code_once_open",
                violation_error_message=_("Another open invitation of this study already has this code."),
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} as {self.role}"

    @property
    def state(self) -> str:
        """accepted, revoked, expired or open."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if timezone.now() >= self.expires_at else "open"
