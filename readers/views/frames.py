"""Frames on the wire, one by one or all in one file, under addresses and headers that tell nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from generation.frames import read_stored, store
from generation.selectors.videos import FrameNotReady
from generation.services.bundles import padded_bundle
from readers.accel import sent_by_nginx
from readers.byte_range import Unsatisfiable, byte_range
from readers.errors import NoSuchCase, ProtocolError
from readers.frame_addresses import check_seal
from readers.models import Assignment
from readers.selectors.access import shown_assignment
from readers.selectors.ahead import sendable_assignment
from readers.selectors.bundle import Bundle, bundle_of
from readers.selectors.case import frame_of
from readers.services.attempts import looking

RETRY_AFTER_SECONDS = "5"
BLOCK = 256 * 1024


@require_safe
def frame(request: HttpRequest, sealed: str, public_id: UUID, position: int) -> HttpResponseBase:
    """The frame shown at `position` of an opened case: the rendered PNG's own bytes.

    404 for anyone else's case, 403 or 409 with the reason when it may not be opened now, 503 until rendered.
    """
    try:
        file = frame_of(_case(request, sealed, public_id, shown_assignment), position)
    except IndexError:
        raise Http404("no such frame") from None
    except ProtocolError as error:
        return _plain(str(error), error.status)
    except FrameNotReady:
        response = _plain(_("This frame is not rendered yet. Try again in a few seconds."), 503)
        response["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    if settings.FRAMES_BY_NGINX:
        return _for_reader_alone(sent_by_nginx(file, content_type="image/png"))
    return _for_reader_alone(HttpResponse(read_stored(file), content_type="image/png"))


@require_safe
def bundle(request: HttpRequest, sealed: str, public_id: UUID) -> HttpResponseBase:
    """All frames of an opened case in the order shown, as one file of the size common to the phase.

    Refused as a frame is, but the reader's next case may be had before it is opened, once that is on record;
    404 also until the bundle is made. A `Range` of bytes is answered with 206.
    """
    try:
        found = bundle_of(_case(request, sealed, public_id, sendable_assignment))
    except ProtocolError as error:
        return _plain(str(error), error.status)
    if found is None:
        raise Http404("no bundle yet")
    if settings.FRAMES_BY_NGINX:
        filled_up = padded_bundle(found.name, size=found.size)
        return _for_reader_alone(sent_by_nginx(filled_up, content_type="application/octet-stream"))
    try:
        part = byte_range(request.headers.get("Range"), size=found.size)
    except Unsatisfiable:
        response: HttpResponseBase = _plain(_("The file ends before that."), 416)
        response["Content-Range"] = f"bytes */{found.size}"
        return response
    first, last = part or (0, found.size - 1)
    response = StreamingHttpResponse(_blocks(found, first, last), content_type="application/octet-stream")
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(last - first + 1)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{found.size}"
    return _for_reader_alone(response)


def _case(
    request: HttpRequest, sealed: str, public_id: UUID, allowed: Callable[..., Assignment]
) -> Assignment:
    if not request.user.is_authenticated:
        raise Http404("no such case")
    try:
        with looking(attempt="view_frames", public_id=public_id, by=request.user):
            check_seal(sealed, user=request.user, public_id=public_id)
            return allowed(user=request.user, public_id=public_id)
    except NoSuchCase:
        raise Http404("no such case") from None


def _blocks(found: Bundle, first: int, last: int) -> Iterator[bytes]:
    """Bytes `first` to `last` of the bundle and the zeros behind it."""
    left = last - first + 1
    with store().open(found.name) as file:
        file.seek(first)
        while left:
            block = file.read(min(BLOCK, left)) or bytes(min(BLOCK, left))
            left -= len(block)
            yield block


def _for_reader_alone(response: HttpResponseBase) -> HttpResponseBase:
    """Nothing may keep a copy: a browser's cache would show an exploratory video again during the washout."""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response
