"""Rehearsals: making one of a study, and moving its clock on."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from readers.errors import ProtocolError
from readers.requests import SignedInRequest
from readers.services.rehearsal import move_clock, rehearse
from readers.views.team import act, team_study


@login_required
@require_POST
def make(request: SignedInRequest, slug: str) -> HttpResponse:
    """Make a rehearsal of a study and go to it."""
    try:
        made = rehearse(study=team_study(request, slug), by=request.user)
    except ProtocolError as refusal:
        messages.error(request, str(refusal))
        return redirect("readers:protocol", slug=slug)
    messages.success(
        request, _("The rehearsal is made. Sign its protocol, choose videos, invite test readers.")
    )
    return redirect("readers:study", slug=made.slug)


@login_required
@require_POST
def move(request: SignedInRequest, slug: str) -> HttpResponse:
    """Let days of a rehearsal's washout count as passed."""
    study = team_study(request, slug)
    text = request.POST.get("days", "")
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0

    def moved() -> str:
        passed = move_clock(study=study, days=days, by=request.user).clock_days
        return _("%(days)d days of the washout count as passed now.") % {"days": passed}

    return act(request, moved, to="readers:study", slug=slug)
