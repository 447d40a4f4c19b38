"""Types of requests whose person is signed in, as `login_required` and the API's permission guarantee."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from rest_framework.request import Request


class SignedInRequest(HttpRequest):
    """A page request of a signed-in person."""

    user: User


class SignedInApiRequest(Request):
    """An API request of a signed-in person."""

    user: User


def person_token(user: User) -> str:
    """An opaque name of a person for a browser's local store: the same each time, and no key to anything."""
    return salted_hmac("readers.person", str(user.pk), algorithm="sha256").hexdigest()[:32]
