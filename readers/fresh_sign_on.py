"""Signing by people without a password: the hospital's sign-in vouches for them, once for each signature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.utils import timezone

from readers.requests import SignedInRequest

FRESH = timedelta(minutes=2)
USED = "signed_by_sign_on_at"


def ways_to_sign(request: SignedInRequest) -> dict[str, object]:
    """What a form to sign asks for (``password``, ``code`` of an app, ``sign_on``); is the last one fresh?"""
    asked = "password"
    if not request.user.has_usable_password():
        apps = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP)
        asked = "code" if apps.exists() else "sign_on"
    return {"signs_by": asked, "vouched": _fresh(request) is not None}


def take_fresh_sign_on(request: SignedInRequest) -> bool:
    """Whether single sign-on has vouched for the person within two minutes; each time counts once."""
    if (at := _fresh(request)) is None:
        return False
    request.session[USED] = at
    return True


def _fresh(request: SignedInRequest) -> float | None:
    """When single sign-on last vouched for the person, if that is fresh and not used yet."""
    records = get_authentication_records(request, request.user)
    at = max((record["at"] for record in records if record["method"] == "socialaccount"), default=0.0)
    recent = timezone.now() - datetime.fromtimestamp(at, UTC) <= FRESH
    return at if recent and at != request.session.get(USED) else None
