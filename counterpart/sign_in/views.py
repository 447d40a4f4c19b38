"""Pages of one's own account that allauth has not, or that are stricter here."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from readers.requests import SignedInRequest


class SignIn(LoginView):
    """Name and password, a passkey, or the hospital's own sign-in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"second_factors_required": settings.MFA_REQUIRED_OF}


def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """On to the hospital's sign-in; 502 with the reason when that does not answer."""
    try:
        return openid_connect.login(request, provider_id)
    except RequestException:
        return render(request, "socialaccount/authentication_error.html", status=502)


class SignOut(LogoutView):
    """Signing out is an act: a link or a picture on another site cannot do it."""

    http_method_names = ["post"]


class OwnPassword(PasswordChangeView):
    """A new password, for whoever has one: the hospital's sign-in gives none."""

    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404("no password")
        return super().dispatch(request, *args, **kwargs)


@login_required
@require_safe
@never_cache
def sessions(request: SignedInRequest) -> HttpResponse:
    """Where one is signed in: since when, from which address, with which browser."""
    mine = UserSession.objects.purge_and_list(request.user)
    mine.sort(key=lambda session: session.last_seen_at, reverse=True)
    return render(request, "sign_in/sessions.html", {"sessions": mine})


@login_required
@require_POST
def session_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions: whoever sits there must sign in again."""
    get_object_or_404(UserSession, user=request.user, pk=pk).end()
    messages.success(request, _("That session has ended."))
    return redirect("sessions")
