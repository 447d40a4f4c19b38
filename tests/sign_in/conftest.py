"""Sign-in as it is on a server: second factors are asked for, idle sessions end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.accessibility.conftest import violations  # noqa: F401
from tests.readers.conftest import as_user, blinded, clock, make_world  # noqa: F401

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def plain_sign_in(settings: Any) -> None:
    settings.MFA_REQUIRED_OF = ["coordinator", "analyst", "monitor", "engineer", "staff"]
    settings.SESSION_IDLE = timedelta(minutes=30)


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada", password=PASSWORD, email="ada@example.org")


@pytest.fixture
def sign_in(client: Client) -> Callable[..., int]:
    """``sign_in(name, password, **more)``: fill the page in; returns the status."""

    def post(username: str = "ada", password: str = PASSWORD, **more: str) -> int:
        return client.post("/sign-in/", {"login": username, "password": password} | more).status_code

    return post


def with_app(user: User) -> str:
    """Give a person an authenticator app; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str, *, later: int = 0) -> str:
    """What the app shows now, or `later` half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + later))


def factors(user: User) -> set[str]:
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
