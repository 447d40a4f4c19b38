"""Who must sign in with a second factor, and that nothing but setting one up is open without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from readers.models import Action
from readers.services.audit import record

GROUPS = {"engineer": "engineers", "coordinator": "coordinators"}
"""Roles that a group gives beside, or instead of, a membership."""

OPEN = (
    "account_",
    "mfa_",
    "sessions",
    "session-end",
    "set_language",
    "help",
    "livez",
    "readyz",
    "api-session",
)
"""Names of addresses, or how they begin, that are open before a second factor is set up."""


class SecondFactorMiddleware:
    """Sends whoever must have a second factor, and has not signed in with one, to set it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name.startswith(OPEN) or not lacks_second_factor(request):
            return None
        sentence = _("Your role here asks for a second factor. Set one up, then go on.")
        if match.route.startswith("api/"):
            return JsonResponse({"code": "second_factor_required", "detail": sentence}, status=403)
        messages.warning(request, sentence)
        return redirect("mfa_index")


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether this session's person must have given a second factor and has not."""
    if not settings.MFA_REQUIRED_OF or not request.user.is_authenticated:
        return False
    return not _given(request) and is_required_of(request.user)


def is_required_of(user: User) -> bool:
    """Whether a role or rank of the person asks for a second factor, as things are now."""
    required = set(settings.MFA_REQUIRED_OF)
    if "staff" in required and user.is_staff:
        return True
    groups = [group for role, group in GROUPS.items() if role in required]
    mine = User.objects.filter(pk=user.pk)
    return mine.filter(Q(memberships__role__in=required) | Q(groups__name__in=groups)).exists()


def on_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever sets a second factor up has just shown to have it (signal `authenticator_added`)."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    record(action=Action.SECOND_FACTOR_SET, actor=user, details={"kind": authenticator.type})


def on_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Put it on record (signal `authenticator_removed`)."""
    record(action=Action.SECOND_FACTOR_REMOVED, actor=user, details={"kind": authenticator.type})


def _given(request: HttpRequest) -> bool:
    enough = {"mfa", "socialaccount"} if settings.OIDC_ASKS_FOR_SECOND_FACTOR else {"mfa"}
    records = get_authentication_records(request, request.user)
    return any(record["method"] in enough for record in records)
