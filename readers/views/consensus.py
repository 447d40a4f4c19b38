"""The consensus room: cards, candidates and votes, with plain forms that each call one service."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generation.frames import read_stored
from generation.selectors.videos import FrameNotReady
from readers.errors import NoSuchStudy, ProtocolError
from readers.permissions import studies_of_team
from readers.protocol.consensus import Kind
from readers.protocol.stills import still_png
from readers.requests import SignedInRequest
from readers.selectors.case import frame_of
from readers.selectors.consensus import Visit, state_for, visit
from readers.services import consensus

NEW, POOL = "new", "pool"


def visitor_or_404(request: SignedInRequest, public_id: UUID) -> Visit:
    """The person's way into the room; 404 for strangers, the reason for readers who are paused or left."""
    try:
        return visit(user=request.user, public_id=public_id)
    except NoSuchStudy:
        raise Http404("no such room") from None
    except ProtocolError as error:
        raise PermissionDenied(str(error)) from None


@login_required
@require_safe
def of_study(request: SignedInRequest, slug: str) -> HttpResponse:
    """The room of a study, for its team; readers come by an address that does not name the study."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    return redirect("readers:room", public_id=study.room.public_id)


@login_required
@require_safe
@never_cache
def room(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The room as it is now: what is missing, or the cards, or the end."""
    visitor = visitor_or_404(request, public_id)
    context = {"visit": visitor, "room": state_for(visitor)}
    return render(request, "readers/consensus/room.html", context)


@login_required
@require_POST
def act(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One act from the page; the services decide whether this person may."""
    visitor_or_404(request, public_id)
    try:
        _do(request, public_id)
    except ProtocolError as error:
        messages.error(request, str(error))
    except ValueError:
        messages.error(request, _("The request was not understood; load the page again."))
    page = "readers:room-form" if request.POST.get("page") == "form" else "readers:room"
    return redirect(page, public_id=public_id)


@login_required
@require_safe
def still(request: SignedInRequest, public_id: UUID, observation: UUID) -> HttpResponse:
    """The still of a note, as `image/png`. For a reader it is a viewing, which the washout counts from."""
    try:
        note = consensus.see_still(public_id=public_id, observation=observation, by=request.user)
        data = still_png(read_stored(frame_of(note.assignment, note.frame)), note.mark)
    except (NoSuchStudy, IndexError, FrameNotReady):
        raise Http404("no such still") from None
    except ProtocolError as error:
        return HttpResponse(str(error), status=error.status, content_type="text/plain; charset=utf-8")
    response = HttpResponse(data, content_type="image/png")
    # A browser's cache would show an exploratory video again during the washout.
    response["Cache-Control"] = "private, no-store"
    return response


def _do(request: SignedInRequest, public_id: UUID) -> None:
    post = request.POST
    kind = post.get("do", "")
    candidate = UUID(post["candidate"]) if post.get("candidate") else None
    if kind == "move":
        _move(request, public_id)
    elif kind == "merge" and candidate is not None:
        into = UUID(post.get("into", ""))
        consensus.merge(public_id=public_id, by=request.user, candidate=candidate, into=into)
    else:
        text = post.get("text", "")
        consensus.act(public_id=public_id, by=request.user, kind=kind, candidate=candidate, text=text)


def _move(request: SignedInRequest, public_id: UUID) -> None:
    """Chosen notes into a new candidate, into one that is there, or back to the pool."""
    notes = [UUID(each) for each in request.POST.getlist("observation")]
    destination = request.POST.get("destination", POOL)
    if destination == NEW:
        name = request.POST.get("name", "")
        consensus.gather(public_id=public_id, by=request.user, name=name, observations=notes)
        return
    kind = Kind.RETURNED if destination == POOL else Kind.PLACED
    for note in notes:
        consensus.act(
            public_id=public_id,
            by=request.user,
            kind=kind,
            candidate=None if destination == POOL else UUID(destination),
            observation=note,
        )
