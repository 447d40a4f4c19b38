from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from generation.permissions import is_engineer
from generation.selectors.videos import videos_with_progress


@login_required
def renders(request: HttpRequest) -> HttpResponse:
    """All videos with their progress; the page reloads itself while something is rendered."""
    if not is_engineer(request.user):
        raise PermissionDenied(_("Only engineers see the renders."))
    videos = list(videos_with_progress().order_by("render_job__priority", "created_at", "id"))
    under_way = any(video.render_job.state in ("queued", "running") for video in videos)
    return render(request, "generation/renders.html", {"videos": videos, "under_way": under_way})
