"""No request may be larger than the largest that a page sends: else anybody could fill the disk."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

MOST_BYTES = 4_000_000  # the largest upload is a file of 2 MB; forms and the API stay far below


class BodyLimitMiddleware:
    """Refuses a larger body before it is read. The server in front sees that none is longer than it says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) <= MOST_BYTES:
            return self.get_response(request)
        text = _("This is larger than anything that a page sends (at most 4 MB).")
        return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
