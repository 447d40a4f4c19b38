"""Sign in again in place: the reading page keeps everything while its reader proves anew who it is."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import Login
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from readers.api import serializers as s
from readers.api.base import ReaderView
from readers.requests import person_token

REFUSED = OpenApiResponse(s.RefusalSerializer, description="Refused, with the reason.")


@method_decorator(csrf_protect, name="dispatch")
class SessionView(ReaderView):
    """Who is signed in; and signing in again as the person of the page, nobody else."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="session", responses=s.SessionSerializer, auth=[])
    def get(self, request: Request) -> Response:
        """The signed-in person's token ('' for nobody), and a CSRF token for the next write."""
        return _reply(request._request)

    @extend_schema(
        operation_id="sign_in_again",
        request=s.SignInSerializer,
        responses={200: s.SessionSerializer, 400: REFUSED, 403: REFUSED},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Sign in with a password, then, when the answer is `second_factor`, with a code.

        Another person than the page's is refused, and not signed in.
        """
        data = s.SignInSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        given = data.validated_data
        http = request._request
        if given["code"]:
            return _by_code(http, given["person"], given["code"])
        return _by_password(http, given["person"], given["username"], given["password"])


def _by_password(request: HttpRequest, person: str, username: str, password: str) -> Response:
    try:
        user = get_adapter().authenticate(request, username=username, password=password)
    except ValidationError:
        return _refused("too_many_attempts", _("Too many wrong attempts. Wait five minutes, then try again."))
    if user is None:
        return _refused("wrong_password", _("That name and password do not match. Check both and try again."))
    if not isinstance(user, User) or person_token(user) != person:
        return _refused(
            "another_person",
            _(
                "This page belongs to another person, whose answers may still wait here. "
                "Sign in as that person."
            ),
        )
    credentials = {"username": username, "password": password}
    perform_password_login(request, credentials, Login(user=user, redirect_url="/"))
    if request.user.is_authenticated:
        return _reply(request)
    return _refused("second_factor", _("Now give the code of your authenticator app, or a recovery code."))


def _by_code(request: HttpRequest, person: str, code: str) -> Response:
    stage: Any = get_pending_stage(request)
    if stage is None or stage.key != AuthenticateStage.key or person_token(stage.login.user) != person:
        return _refused("wrong_password", _("Give your password first: it was too long ago."))
    form = AuthenticateForm(user=stage.login.user, data={"code": code})
    if not form.is_valid():
        return _refused("wrong_code", _("That code is not right. Wait for the next one and try again."))
    form.save()
    stage.exit()
    return _reply(request)


def _reply(request: HttpRequest) -> Response:
    person = person_token(request.user) if isinstance(request.user, User) else ""
    return Response({"person": person, "csrf": get_token(request)})


def _refused(code: str, detail: str) -> Response:
    return Response({"code": code, "detail": detail}, status=403)
