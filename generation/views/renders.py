"""Pages of the renders, for engineers: the queue, and each video's own page, where its job is managed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from generation.models import RenderJob
from generation.permissions import engineer_or_refuse
from generation.selectors.outputs import has_preview
from generation.selectors.queue import measured_paces, pace_key, render_queue
from generation.selectors.videos import videos_with_progress
from generation.services.jobs import cancel_job, pause_job, resume_job, retry_job, set_priority

LOWEST, HIGHEST = -10_000, 10_000
POSSIBLE = {
    "queued": ("pause", "cancel"),
    "running": ("pause", "cancel"),
    "paused": ("resume", "cancel"),
    "failed": ("retry",),
    "cancelled": ("retry",),
    "done": (),
}


@login_required
@require_GET
def renders(request: HttpRequest) -> HttpResponse:
    """The queue, who renders what and what has ended; ``?part=live`` is what changes of it, alone."""
    engineer_or_refuse(request.user)
    part = "live" if request.GET.get("part") == "live" else "queue"
    return render(request, f"generation/renders/{part}.html", {"queue": render_queue()})


@login_required
@require_http_methods(["GET", "POST"])
def render_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One video: its progress, chunks and history; a POST pauses, resumes, cancels, retries or reorders."""
    engineer_or_refuse(request.user)
    video = get_object_or_404(videos_with_progress().filter(render_job__isnull=False), pk=pk)
    job = video.render_job
    if request.method == "POST":
        _act(request, job)
        return redirect("generation:render", pk=pk)
    context = {
        "video": video,
        "job": job,
        "possible": POSSIBLE[job.state],
        "chunks": job.chunks.order_by("index"),
        "events": job.events.select_related("by"),
        "pace": measured_paces().get(pace_key(video.spec)),
        "manifest": video.manifest,
        "has_preview": has_preview(video),
    }
    return render(request, "generation/renders/video.html", context)


def _act(request: HttpRequest, job: RenderJob) -> None:
    told: dict[str, Any] = {"job": job, "by": request.user}
    reason = request.POST.get("reason", "")
    try:
        match request.POST.get("act"):
            case "pause":
                pause_job(**told)
            case "resume":
                resume_job(**told)
            case "cancel":
                cancel_job(**told, reason=reason)
            case "retry":
                retry_job(**told, reason=reason)
            case "priority":
                set_priority(**told, priority=_priority(request.POST.get("priority", "")))
            case _:
                raise ValidationError(_("This is nothing that can be done with a render."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Done."))


def _priority(text: str) -> int:
    try:
        priority = int(text)
    except ValueError:
        priority = HIGHEST + 1
    if not LOWEST <= priority <= HIGHEST:
        raise ValidationError(
            _("A priority is a whole number from %(least)d to %(most)d.") % {"least": LOWEST, "most": HIGHEST}
        )
    return priority
