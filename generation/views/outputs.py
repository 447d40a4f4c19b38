"""Files of a finished video, for engineers alone: they show groups and direction."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from generation import frames
from generation.models import Video
from generation.permissions import engineer_or_refuse
from generation.selectors.outputs import PREVIEW, SHEET, THUMBNAIL
from generation.services.outputs import all_grey, film, make_pictures, manifest_json

STORED = {SHEET: "image/png", THUMBNAIL: "image/png", PREVIEW: "video/mp4"}


@login_required
@require_GET
def output(request: HttpRequest, pk: UUID, file: str) -> HttpResponseBase:
    """``manifest.json``, ``video.dcm``, the contact sheet, the thumbnail or the preview of a video."""
    engineer_or_refuse(request.user)
    video = get_object_or_404(
        Video.objects.select_related("trained_model"), pk=pk, completed_at__isnull=False
    )
    if file == "manifest.json":
        response: HttpResponseBase = HttpResponse(manifest_json(video), content_type="application/json")
    elif file == "video.dcm":
        response = _dicom(video)
    elif file in STORED:
        response = _stored(video, file)
    else:
        raise Http404("no such file")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _stored(video: Video, file: str) -> HttpResponse:
    if file != PREVIEW and not frames.has(video, file):
        make_pictures(video=video)  # of a video from before workers made them
    try:
        return HttpResponse(frames.read(video, file), content_type=STORED[file])
    except FileNotFoundError:
        raise Http404("not made") from None


def _dicom(video: Video) -> StreamingHttpResponse:
    from generation.imaging.multiframe import dicom_length, dicom_pieces

    facts = film(video)
    response = StreamingHttpResponse(dicom_pieces(facts, all_grey(video)), content_type="application/dicom")
    response["Content-Length"] = str(dicom_length(facts))
    response["Content-Disposition"] = f'attachment; filename="{video.short_id}.dcm"'
    return response
