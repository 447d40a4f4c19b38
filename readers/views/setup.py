"""Set-up of a study: five steps that can be left and resumed, each checked by the rules of the protocol."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from readers.errors import RoleRequired, SetupError
from readers.models import StudyDraft
from readers.permissions import require_creator
from readers.protocol.document_file import example, parse, serialise
from readers.protocol.problems import ProtocolUnusable
from readers.protocol.yaml_text import MAX_BYTES
from readers.requests import SignedInRequest
from readers.selectors.protocol import protocol_of_draft
from readers.services.setup import create_from_draft, discard_draft, save_step, start_draft
from readers.views.protocol_text import in_lines, yaml_file
from readers.views.setup_steps import STEPS, SUMMARY, outlook_words, step_form, summary_of, videos_form

View = Callable[..., HttpResponse]


def creators_only(view: View) -> View:
    """Sign-in first; then 403 with the reason for whoever may not set studies up."""

    @login_required
    @never_cache
    @wraps(view)
    def checked(request: SignedInRequest, **kwargs: Any) -> HttpResponse:
        try:
            require_creator(request.user)
        except RoleRequired as refusal:
            raise PermissionDenied(str(refusal)) from None
        return view(request, **kwargs)

    return checked


def own_drafts(request: SignedInRequest) -> QuerySet[StudyDraft]:
    """What this person has begun; nobody else's drafts exist to them."""
    return StudyDraft.objects.filter(author=request.user)


@creators_only
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: SignedInRequest) -> HttpResponse:
    """Begin a study: from nothing, from a protocol's file, or where a draft was left."""
    context: dict[str, Any] = {"drafts": own_drafts(request), "steps": STEPS}
    if request.method != "POST":
        return render(request, "readers/setup/start.html", context)
    upload = request.FILES.get("protocol")
    protocol = None
    if upload is not None:
        try:
            protocol = parse(upload.read(MAX_BYTES + 1))
        except ProtocolUnusable as unusable:
            context |= {"problems": in_lines(unusable.problems), "file_name": upload.name}
            return render(request, "readers/setup/start.html", context, status=400)
    draft = start_draft(by=request.user, protocol=protocol)
    return redirect("readers:setup-step", public_id=draft.public_id, number=1)


@creators_only
@require_http_methods(["GET", "HEAD", "POST"])
def setup_step(request: SignedInRequest, *, public_id: UUID, number: int) -> HttpResponse:
    """One step of a draft. What is possible in it is kept even when something else is not."""
    if number not in STEPS:
        raise Http404("no such step")
    draft = get_object_or_404(own_drafts(request), public_id=public_id)
    context: dict[str, Any] = {"draft": draft, "steps": STEPS, "number": number, "step": STEPS[number]}
    if number == SUMMARY:
        return _summary(request, draft, context)
    form = step_form(number, draft, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        complete = form.is_valid()
        save_step(draft=draft, by=request.user, step=number, complete=complete, **form.entered())
        if "leave" in request.POST:
            return redirect("readers:setup")
        if "more" not in request.POST and complete:
            return redirect("readers:setup-step", public_id=draft.public_id, number=number + 1)
    context |= {"form": form, "outlook": outlook_words(draft) if number == 2 else []}
    status = 400 if request.method == "POST" and form.errors else 200
    return render(request, f"readers/setup/step{number}.html", context, status=status)


@creators_only
@require_safe
def setup_example(request: SignedInRequest) -> HttpResponse:
    """A protocol's file with the usual values, to begin from."""
    return yaml_file(serialise(example(), translate=gettext), name="protocol")


@creators_only
@require_POST
def setup_outlook(request: SignedInRequest, *, public_id: UUID) -> HttpResponse:
    """What the numbers of step 2 would ask of readers, and what is wrong with them; nothing is kept."""
    draft = get_object_or_404(own_drafts(request), public_id=public_id)
    form = videos_form(draft, request.POST)
    form.is_valid()
    draft.values |= form.entered()["values"]
    problems = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    return JsonResponse({"outlook": outlook_words(draft), "problems": problems})


@creators_only
@require_POST
def setup_discard(request: SignedInRequest, *, public_id: UUID) -> HttpResponse:
    """Throw a draft of one's own away."""
    draft = get_object_or_404(own_drafts(request), public_id=public_id)
    discard_draft(draft=draft, by=request.user)
    messages.success(request, _("The draft is thrown away; nothing else has changed."))
    return redirect("readers:setup")


def _summary(request: SignedInRequest, draft: StudyDraft, context: dict[str, Any]) -> HttpResponse:
    """The whole set-up to be read once more, and the button that makes the study."""
    if request.method == "POST":
        try:
            study = create_from_draft(draft=draft, protocol=protocol_of_draft(draft), by=request.user)
        except (ProtocolUnusable, SetupError):
            pass  # the summary below says the same in full
        else:
            messages.success(request, _("The study is set up. Read its protocol once more, and sign it."))
            return redirect("readers:protocol", slug=study.slug)
    context |= summary_of(draft, by=request.user)
    status = 400 if request.method == "POST" else 200
    return render(request, "readers/setup/summary.html", context, status=status)
