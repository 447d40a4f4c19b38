"""A reader's blinded cases for the coordinator: which are submitted, and opening one again; no answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from readers.errors import ProtocolError
from readers.models import Reader
from readers.permissions import studies_coordinated
from readers.requests import SignedInRequest
from readers.selectors.submissions import cases_with_submissions
from readers.services.unlock import unlock_case


@login_required
@require_safe
def cases(request: SignedInRequest, slug: str, code: str) -> HttpResponse:
    """The blinded cases of one reader in the order of reading, with their submissions and unlocks."""
    reader = _reader(request, slug, code)
    context = {"study": reader.study, "reader": reader, "cases": cases_with_submissions(reader)}
    return render(request, "readers/cases.html", context)


@login_required
@require_POST
def unlock(request: SignedInRequest, slug: str, code: str, public_id: UUID) -> HttpResponse:
    """Open a submitted case again, with the reason that was given."""
    reader = _reader(request, slug, code)
    case = get_object_or_404(reader.assignments, public_id=public_id)
    try:
        unlock_case(public_id=public_id, reason=request.POST.get("reason", "")[:300], by=request.user)
    except ProtocolError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Case %(position)s of %(reader)s is open again; it counts once it is submitted anew.")
            % {"position": case.position, "reader": reader.code},
        )
    return redirect("readers:cases", slug=slug, code=code)


def _reader(request: SignedInRequest, slug: str, code: str) -> Reader:
    coordinated = studies_coordinated(request.user)
    return get_object_or_404(
        Reader.objects.select_related("study", "user"), study__in=coordinated, study__slug=slug, code=code
    )
