"""The protocol of a study: to be read and printed, saved as a file, changed with a reason, copied."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from readers.errors import ProtocolError
from readers.forms import AllocationForm
from readers.forms_settings import EverythingForm
from readers.models import Study
from readers.permissions import may_create_studies, require_coordinator, roles_in, studies_of_team
from readers.protocol.document import Protocol, fields
from readers.protocol.document_file import serialise
from readers.requests import SignedInRequest
from readers.selectors.protocol import frozen_settings, protocol_of
from readers.selectors.protocol_signed import waits_for_signature
from readers.selectors.signatures import protocol_signatures
from readers.services.allocation import allocate_videos
from readers.services.protocol import change_protocol
from readers.services.setup import copy_protocol
from readers.views.protocol_text import frozen_text, history_text, protocol_text, yaml_file


@login_required
@require_safe
@never_cache
def protocol(request: SignedInRequest, slug: str) -> HttpResponse:
    """The protocol as it stands, what of it is frozen, and every earlier version with its differences."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    coordinates = "coordinator" in roles_in(user=request.user, study=study)
    context = protocol_text(protocol_of(study)) | {
        "study": study,
        "versions": history_text(study),
        "frozen": frozen_text(study),
        "signatures": protocol_signatures(study),
        "waits": waits_for_signature(study),
        "may_change": coordinates,
        "may_copy": may_create_studies(request.user),
        "is_allocated": study.study_videos.exists(),
        "coordinates": coordinates,
    }
    return render(request, "readers/protocol.html", context)


@login_required
@require_safe
@never_cache
def protocol_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """The protocol as the file that `manage.py study import` takes; it is the same in every language."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    return yaml_file(serialise(protocol_of(study)), name=f"{study.slug}-protocol")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: SignedInRequest, slug: str) -> HttpResponse:
    """Change settings, with the reason that the new version keeps."""
    study = coordinated(request, slug)
    before = protocol_of(study)
    data = request.POST if request.method == "POST" else None
    form = EverythingForm(data, initial=before.values, frozen=frozen_settings(study))
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in before.values}
        try:
            change_protocol(
                study=study,
                changes=fields(Protocol(values)),
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except ProtocolError as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refusal:
            form.add_error(None, " ".join(refusal.messages))
        else:
            messages.success(request, _("The protocol is changed; the earlier version stays on record."))
            return redirect("readers:protocol", slug=slug)
    status = 400 if form.errors else 200
    return render(request, "readers/protocol_change.html", {"study": study, "form": form}, status=status)


@login_required
@require_POST
def copy(request: SignedInRequest, slug: str) -> HttpResponse:
    """Begin the set-up of another study with this protocol: a new seed, no people, no videos."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    try:
        draft = copy_protocol(study=study, by=request.user, with_criteria="criteria" in request.POST)
    except ProtocolError as refusal:
        raise PermissionDenied(str(refusal)) from None
    return redirect("readers:setup-step", public_id=draft.public_id, number=1)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def videos(request: SignedInRequest, slug: str) -> HttpResponse:
    """Choose the videos of a study and draw from them, once."""
    study = coordinated(request, slug)
    context: dict[str, Any] = {"study": study}
    if study.study_videos.exists():
        context["drawn"] = study.study_videos.all()
        return render(request, "readers/videos.html", context)
    data = request.POST if request.method == "POST" else None
    form = AllocationForm(data, group_a=study.group_a, group_b=study.group_b)
    if form.is_valid():
        try:
            drawn = allocate_videos(study=study, videos=form.cleaned_data["videos"], by=request.user)
        except ProtocolError as refusal:
            form.add_error("videos", str(refusal))
        else:
            messages.success(request, _("%(n)s videos are allocated.") % {"n": len(drawn)})
            return redirect("readers:study", slug=slug)
    context["form"] = form
    return render(request, "readers/videos.html", context, status=400 if form.errors else 200)


def coordinated(request: SignedInRequest, slug: str) -> Study:
    """The study, for its coordinators: 404 outside its team, 403 within."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    try:
        require_coordinator(user=request.user, study=study)
    except ProtocolError as refusal:
        raise PermissionDenied(str(refusal)) from None
    return study
