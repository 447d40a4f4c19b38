"""How often one may ask. Rates are settings; a person who reads meets none of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle


class SignInThrottle(SimpleRateThrottle):
    """Attempts to prove a password, by address and name: guessing becomes hopeless.

    For views of the API (`throttle_classes`) and for pages (`allows`) alike. Whoever is signed in already
    counts by the own name, whatever name is tried. Only attempts count, not looks at who is signed in.
    """

    scope = "sign_in"

    @classmethod
    def allows(cls, request: HttpRequest) -> bool:
        """Whether a page may try the password that was sent; counts the attempt."""
        return cls().allow_request(request, None)  # type: ignore[arg-type]

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        if request.method != "POST":
            return None
        who = f"{self.get_ident(request)} {_name(request)}"
        return self.cache_format % {"scope": self.scope, "ident": hashlib.sha256(who.encode()).hexdigest()}


def _name(request: Any) -> str:
    sent = getattr(request, "data", request.POST)
    tried = sent.get("username", "") if isinstance(sent, Mapping) else ""
    return request.user.get_username() or str(tried).casefold()
