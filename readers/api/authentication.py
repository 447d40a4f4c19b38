"""Signing in with a token: `Authorization: Bearer cp_…`."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from readers.models import ApiToken
from readers.services.tokens import owner_of

SCHEME = "Bearer"


class BearerToken(BaseAuthentication):
    """Whoever holds a valid token is its owner, and may do by the API what the owner may."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        if (token := owner_of(key.strip())) is None:
            raise AuthenticationFailed(_("This token was revoked, has expired, or never was one."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class BearerTokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI schema describes tokens."""

    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token from the page “API tokens”, sent as `Authorization: Bearer cp_…`.",
        }
