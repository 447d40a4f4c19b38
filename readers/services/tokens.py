"""API tokens: shown once when made, kept as a hash, revoked by their owner."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from readers.errors import SetupError
from readers.models import Action, ApiToken
from readers.services.audit import record

PREFIX = "cp_"
MOST_DAYS = 365
# Exactly when a token was last used interests nobody; a write at each request would.
STALE = timedelta(minutes=1)


def digest_of(key: str) -> str:
    """SHA-256 (hex). The key has 256 random bits, so that nothing slower is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def make_token(*, user: User, name: str, days: int = 90) -> tuple[ApiToken, str]:
    """Make a token that ends after `days` (1 to 365); returns it and the key, which is not kept."""
    if not 1 <= days <= MOST_DAYS:
        raise SetupError(
            _("A token is valid for 1 to %(most)d days; %(days)d was asked for.")
            % {"most": MOST_DAYS, "days": days}
        )
    key = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = ApiToken(
        user=user, name=name, digest=digest_of(key), made_at=now, expires_at=now + timedelta(days=days)
    )
    with transaction.atomic():
        token.full_clean()
        token.save()
        record(action=Action.TOKEN_MADE, actor=user, target=token, details={"days": days})
    return token, key


def revoke_token(*, token: ApiToken, by: User) -> ApiToken:
    """End one's own token; a second time changes nothing."""
    if token.revoked_at is None:
        with transaction.atomic():
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            record(action=Action.TOKEN_REVOKED, actor=by, target=token)
    return token


def owner_of(key: str) -> ApiToken | None:
    """The valid token of a key, with its active person, and the use noted; None for anything else."""
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(key)).first()
    if token is None or not token.is_valid or not token.user.is_active:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > STALE:
        token.last_used_at = now
        token.save(update_fields=["last_used_at"])
    return token
