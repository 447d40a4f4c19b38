"""A session ends when nobody has done anything in it for a while: hospital computers are shared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

SINCE, SEEN = "signed_in_at", "seen_at"
NOTED_EVERY = timedelta(minutes=1)


class IdleMiddleware:
    """Ends a session `SESSION_IDLE` after its last act (None: never), `SESSION_COOKIE_AGE` after its start.

    A page that is opened and whatever is sent are acts, noted once a minute at most. What a page asks the API
    for by itself is none: else an open page would keep its session for ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_IDLE is not None and SESSION_KEY in request.session:
            self._look(request, now=timezone.now(), limit=settings.SESSION_IDLE)
        return self.get_response(request)

    def _look(self, request: HttpRequest, *, now: datetime, limit: timedelta) -> None:
        idle = _time_since(request, SEEN, now)
        if idle > limit or _time_since(request, SINCE, now) > timedelta(seconds=settings.SESSION_COOKIE_AGE):
            logout(request)
        elif idle >= NOTED_EVERY and _is_act(request):
            request.session[SEEN] = now.timestamp()
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)


def on_signed_in(request: HttpRequest, **kwargs: Any) -> None:
    """A session begins with an act (signal `user_logged_in`)."""
    request.session[SINCE] = request.session[SEEN] = timezone.now().timestamp()


def _time_since(request: HttpRequest, what: str, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp(request.session.get(what, 0), UTC)


def _is_act(request: HttpRequest) -> bool:
    return request.method not in ("GET", "HEAD", "OPTIONS") or not request.path.startswith("/api/")
