"""Around every request: an id for it, one line about it in the log, and its count in the metrics."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from counterpart.metrics import REQUESTS, SECONDS
from readers.request_id import under_request_id

logger = logging.getLogger(__name__)

Answering = Callable[[HttpRequest], HttpResponseBase]


class RequestLog:
    """Around everything but static files. An address may hold a key: the log names the route instead."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.monotonic()
        request_id = _given(request) or uuid4().hex
        with under_request_id(request_id):
            response = self.get_response(request)
            took = time.monotonic() - started
            about = {"method": _method(request), "route": route_of(request), "status": response.status_code}
            logger.info("answered", extra={"facts": about | {"ms": round(took * 1000)}})
        REQUESTS.labels(*map(str, about.values())).inc()
        SECONDS.labels(about["route"]).observe(took)
        if response.status_code >= 500:
            response["X-Request-ID"] = request_id
        return response


def route_of(request: HttpRequest) -> str:
    """Name of the route that answers a request; "none" when no address fits."""
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"


def _method(request: HttpRequest) -> str:
    """The method, of those that are known; others would make metrics without end."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return request.method if request.method in known else "other"


def _given(request: HttpRequest) -> str:
    """The id that our own proxy gave the request; anybody else's is not taken."""
    given = request.headers.get("X-Request-ID", "")
    return given if settings.HTTPS and re.fullmatch("[0-9a-f]{32}", given) else ""
