"""Sign in again in place: the reading page keeps everything while its reader gives the password anew."""

from __future__ import annotations

from django.contrib.auth import authenticate, login
from django.contrib.auth.models import User
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
from readers.throttles import SignInThrottle

REFUSED = OpenApiResponse(s.RefusalSerializer, description="Refused, with the reason.")


@method_decorator(csrf_protect, name="dispatch")
class SessionView(ReaderView):
    """Who is signed in; and signing in again as the person of the page, nobody else."""

    permission_classes = (AllowAny,)
    throttle_classes = (SignInThrottle,)

    @extend_schema(operation_id="session", responses=s.SessionSerializer, auth=[])
    def get(self, request: Request) -> Response:
        """The signed-in person's token ('' for nobody), and a CSRF token for the next write."""
        return _reply(request)

    @extend_schema(
        operation_id="sign_in_again",
        request=s.SignInSerializer,
        responses={200: s.SessionSerializer, 400: REFUSED, 403: REFUSED},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Sign in with a password. Another person than the page's is refused, and not signed in."""
        data = s.SignInSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        given = data.validated_data
        user = authenticate(request, username=given["username"], password=given["password"])
        if user is None:
            return _refused(
                "wrong_password", _("That name and password do not match. Check both and try again.")
            )
        if not isinstance(user, User) or person_token(user) != given["person"]:
            return _refused(
                "another_person",
                _(
                    "This page belongs to another person, whose answers may still wait here. "
                    "Sign in as that person."
                ),
            )
        login(request, user)
        request.user = user
        return _reply(request)


def _reply(request: Request) -> Response:
    person = person_token(request.user) if request.user.is_authenticated else ""
    return Response({"person": person, "csrf": get_token(request._request)})


def _refused(code: str, detail: str) -> Response:
    return Response({"code": code, "detail": detail}, status=403)
