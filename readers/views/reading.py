"""The reader's own pages: what to do next, and the page on which videos are read."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from readers.errors import NoSuchCase, ProtocolError, WashoutNotOver
from readers.protocol.phases import Phase
from readers.requests import SignedInRequest, person_token
from readers.selectors.access import readable_assignment, restarts_washout
from readers.selectors.case import case_of
from readers.selectors.home import home_cards
from readers.selectors.observations import own_tags
from readers.services.attempts import looking


@login_required
@require_safe
@never_cache
def home(request: SignedInRequest) -> HttpResponse:
    """One sentence and one button for each study that the person reads in."""
    context = {"cards": home_cards(request.user), "person": person_token(request.user)}
    return render(request, "readers/home.html", context)


@login_required
@require_safe
@never_cache
def case(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The reading page of a case that may be opened now; otherwise the reason why not, with its status.

    Before an exploratory video is opened a second time, which restarts the washout, the page asks (`?again`).
    """
    try:
        with looking(attempt="view_case", public_id=public_id, by=request.user):
            assignment = readable_assignment(user=request.user, public_id=public_id)
        again = restarts_washout(assignment)
        if again and "again" not in request.GET:
            study = assignment.reader.study
            return render(request, "readers/reopen.html", {"assignment": assignment, "study": study})
        context = {
            "case": case_of(assignment),
            "notice": assignment.reader.study.notice,
            "again": again,
            "tags": [] if assignment.phase == Phase.BLINDED else own_tags(assignment),
            "person": person_token(request.user),
        }
    except (NoSuchCase, IndexError):
        raise Http404("no such case") from None
    except ProtocolError as error:
        opens_at = error.opens_at if isinstance(error, WashoutNotOver) else None
        context = {"reason": str(error), "opens_at": opens_at}
        return render(request, "readers/refused.html", context, status=error.status)
    return render(request, "readers/case.html", context)
