"""The audit trail of a study, for coordinators and monitors: to look at and to take away, never to change."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from readers.csv import csv_file
from readers.forms_people import AuditForm
from readers.models import Action
from readers.requests import SignedInRequest
from readers.selectors.audit_log import audit_events, chain_status
from readers.services.audit import record
from readers.views.team import INSPECTORS, team_study

A_PAGE = 50
COLUMNS = ("number", "at", "actor", "action", "target_type", "target_id", "details", "prev_hash", "hash")


@login_required
@require_safe
@never_cache
def audit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Events of the study that pass the filter, latest first, and whether the chain of all events holds."""
    study = team_study(request, slug, *INSPECTORS)
    form = AuditForm(request.GET, study=study)
    events = audit_events(study, form.chosen)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "study": study,
        "form": form,
        "page": Paginator(events, A_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "chain": chain_status(),
    }
    return render(request, "readers/audit.html", context)


@login_required
@require_safe
def audit_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """The same events as CSV, oldest first, times in UTC; that they were taken is itself on record."""
    study = team_study(request, slug, *INSPECTORS)
    events = list(audit_events(study, AuditForm(request.GET, study=study).chosen).reverse())
    record(
        action=Action.AUDIT_EXPORTED,
        actor=request.user,
        study=study,
        details={"n_events": len(events), "filter": request.GET.urlencode()[:300]},
    )
    rows = (
        [
            event.number,
            event.at.isoformat(),
            event.actor_name,
            event.action,
            event.target_type,
            event.target_id,
            json.dumps(event.details, sort_keys=True, ensure_ascii=False),
            event.prev_hash,
            event.hash,
        ]
        for event in events
    )
    return csv_file(f"{slug}-audit.csv", COLUMNS, rows)
