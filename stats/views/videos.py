"""One rated video with its answers, for whoever may see the results and is no reader of it."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from generation.selectors.videos import FrameNotReady, frame_bytes
from readers.models import Study, StudyVideo
from stats.report import Selection
from stats.report.discordant import answers
from stats.selectors import study_facts, study_ratings
from stats.videos import rated_video, shown_frames
from stats.views.requests import results_page
from stats.views.sections import section


@results_page
def video(request: HttpRequest, study: Study, selection: Selection, label: str) -> HttpResponse:
    """Some frames from A to B and every reader's answer."""
    place = _place(request, study, label)
    facts, ratings = study_facts(study), study_ratings(study, phase=place.phase)
    context = {
        "study": study,
        "place": place,
        "frames": shown_frames(place.video.n_frames) if place.video else [],
        "section": section(answers(ratings, facts, label)),
    }
    return render(request, "stats/video.html", context)


@results_page
def frame(request: HttpRequest, study: Study, selection: Selection, label: str, index: int) -> HttpResponse:
    """A frame's own PNG, counted from 0 at group A, whichever way readers saw it."""
    place = _place(request, study, label)
    try:
        content = frame_bytes(place.video, index) if place.video else b""
    except FrameNotReady:
        raise Http404 from None
    return HttpResponse(content, content_type="image/png")


def _place(request: HttpRequest, study: Study, label: str) -> StudyVideo:
    try:
        return rated_video(user=cast(User, request.user), study=study, label=label)
    except StudyVideo.DoesNotExist:
        raise Http404 from None
