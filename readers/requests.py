"""Types of requests whose person is signed in, as `login_required` and the API's permission guarantee."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest
from rest_framework.request import Request


class SignedInRequest(HttpRequest):
    """A page request of a signed-in person."""

    user: User


class SignedInApiRequest(Request):
    """An API request of a signed-in person."""

    user: User
