"""Pages for the team of a study: coordinators, analysts, monitors. They show progress, never an answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from readers.emails import address
from readers.errors import ProtocolError
from readers.models import Membership, Study
from readers.permissions import may_create_studies, may_see_results, roles_in, studies_of_team
from readers.requests import SignedInRequest
from readers.selectors.people import people_of
from readers.services.calendars import feed_of_study
from readers.services.form import lock_form as lock


@login_required
@require_safe
def studies(request: SignedInRequest) -> HttpResponse:
    """The studies in whose team the person is; `?archived` shows those in the archive instead."""
    mine = studies_of_team(request.user)
    archived = "archived" in request.GET
    context = {
        "studies": mine.filter(archived_at__isnull=not archived),
        "archived": archived,
        "may_create": may_create_studies(request.user),
        "n_archived": mine.filter(archived_at__isnull=False).count(),
    }
    return render(request, "readers/studies.html", context)


@login_required
@require_safe
def study(request: SignedInRequest, slug: str) -> HttpResponse:
    """One study: its readers, those who need a look first, its protocol and its form."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    roles = roles_in(user=request.user, study=study)
    is_coordinator = Membership.Role.COORDINATOR in roles
    context = {
        "study": study,
        "roles": roles,
        "role_names": [Membership.Role(role).label for role in sorted(roles)],
        "criteria": study.criteria.all(),
        "people": people_of(study),
        "is_coordinator": is_coordinator,
        "may_act": is_coordinator and study.archived_at is None,
        "calendar": _calendar(study) if is_coordinator and study.archived_at is None else "",
        "may_see_results": may_see_results(user=request.user, study=study),
        "may_lock": is_coordinator and study.form_locked_at is None,
    }
    return render(request, "readers/study.html", context)


def _calendar(study: Study) -> str:
    return address("readers:calendar", feed_of_study(study).token)


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
