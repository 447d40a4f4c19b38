"""The last part of the consensus: criteria with their preview, minutes, who was there, signatures, lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from readers.errors import ProtocolError
from readers.forms_criteria import CriteriaRows, criteria_rows
from readers.fresh_sign_on import ways_to_sign
from readers.models import Criterion, Study
from readers.protocol.consensus import Stage
from readers.protocol.forms import CONCEALED_QUESTION, question
from readers.requests import SignedInRequest
from readers.selectors.consensus import Visit, state_for
from readers.selectors.signatures import form_signatures, offer_to_sign
from readers.services.consensus import write_criteria
from readers.views.consensus import visitor_or_404


@dataclass(frozen=True)
class Preview:
    """A criterion as a reader will see it."""

    name: str
    question: str
    anchors: list[str]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def form(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The draft of the form; coordinators write it, readers read and sign it."""
    visitor = visitor_or_404(request, public_id)
    before = list(visitor.study.criteria.all())
    rows = criteria_rows(request.POST or None, criteria=before)
    if request.method == "POST" and rows.is_valid():
        try:
            criteria = rows.criteria({criterion.key: criterion for criterion in before})
            write_criteria(public_id=public_id, by=request.user, criteria=criteria)
        except ProtocolError as error:
            messages.error(request, str(error))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The draft is saved. Signatures on another draft are void."))
            return redirect("readers:room-form", public_id=public_id)
    context = _context(visitor, rows, before) | ways_to_sign(request)
    return render(request, "readers/consensus/form.html", context)


@login_required
@require_POST
def preview(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What readers would see of the rows as they are typed; nothing is stored."""
    visitor = visitor_or_404(request, public_id)
    rows = criteria_rows(request.POST, criteria=list(visitor.study.criteria.all()))
    rows.is_valid()
    shown = [
        _preview(visitor.study, row.cleaned_data["name"], row.cleaned_data["anchors"])
        for row in rows
        if row.is_valid() and row.cleaned_data.get("name") and not row.cleaned_data.get("DELETE")
    ]
    return render(request, "readers/consensus/preview.html", {"previews": shown})


def _context(visitor: Visit, rows: CriteriaRows, criteria: list[Criterion]) -> dict[str, Any]:
    state = state_for(visitor)
    offer = None
    if visitor.reader is not None and state.proposed and state.status == "open":
        offer = offer_to_sign(visitor.study, visitor.user, "form")
    return {
        "visit": visitor,
        "room": state,
        "rows": rows,
        "writes": visitor.leads and state.status == "open" and state.stage is Stage.CRITERIA,
        "previews": [_preview(visitor.study, each.name, each.anchors) for each in criteria],
        "offer": offer,
        "sign_off": form_signatures(visitor.study),
    }


def _preview(study: Study, name: str, anchors: list[str]) -> Preview:
    asked = question(
        study.question_template,
        criterion=name,
        group_a=study.group_a,
        group_b=study.group_b,
        direction="AB",
        conceal_direction=study.conceal_direction,
        concealed_question=_(CONCEALED_QUESTION),
    )
    return Preview(name=name, question=asked, anchors=anchors)
