"""Frames on the wire: the rendered PNG's own bytes, under an address and headers that tell nothing."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from generation.selectors.videos import FrameNotReady
from readers.errors import NoSuchCase, ProtocolError
from readers.selectors.access import viewed_assignment
from readers.selectors.case import frame_of

RETRY_AFTER_SECONDS = "5"


@require_safe
def frame(request: HttpRequest, public_id: UUID, position: int) -> HttpResponse:
    """The frame shown at `position` of an opened case, as `image/png`.

    404 for anyone else's case, 403 or 409 with the reason when it may not be opened now, 503 until rendered.
    Nothing may keep a copy: a browser's cache would show an exploratory video again during the washout.
    """
    if not request.user.is_authenticated:
        raise Http404("no such frame")
    try:
        data = frame_of(viewed_assignment(user=request.user, public_id=public_id), position)
    except (NoSuchCase, IndexError):
        raise Http404("no such frame") from None
    except ProtocolError as error:
        return _plain(str(error), error.status)
    except FrameNotReady:
        response = _plain("This frame is not rendered yet. Try again in a few seconds.", 503)
        response["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    response = HttpResponse(data, content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response
