"""Pages for the team of a study: coordinators, analysts, monitors. They show progress, never an answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from readers.errors import ProtocolError
from readers.models import Membership
from readers.permissions import may_see_results, roles_in, studies_of_team
from readers.requests import SignedInRequest
from readers.selectors.progress import study_progress
from readers.services.form import lock_form as lock


@login_required
@require_safe
def studies(request: SignedInRequest) -> HttpResponse:
    """The studies in whose team the person is."""
    return render(request, "readers/studies.html", {"studies": studies_of_team(request.user)})


@login_required
@require_safe
def study(request: SignedInRequest, slug: str) -> HttpResponse:
    """One study: its protocol, its form, and each reader's phase and progress."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    roles = roles_in(user=request.user, study=study)
    context = {
        "study": study,
        "roles": roles,
        "role_names": [Membership.Role(role).label for role in sorted(roles)],
        "criteria": study.criteria.all(),
        "progress": study_progress(study),
        "may_see_results": may_see_results(user=request.user, study=study),
        "may_lock": "coordinator" in roles and study.form_locked_at is None,
    }
    return render(request, "readers/study.html", context)


@login_required
@require_POST
def lock_form(request: SignedInRequest, slug: str) -> HttpResponse:
    """Lock the form; the service decides whether this person may."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    try:
        lock(study=study, by=request.user)
    except ProtocolError as error:
        messages.error(request, str(error))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The form is locked: nothing that could alter a reading can change now."))
    return redirect("readers:study", slug=slug)
