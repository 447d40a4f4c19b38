"""What the pages of a study's team share: who gets in, and an act that answers with a message."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from readers.errors import ProtocolError
from readers.models import Membership, Study
from readers.permissions import roles_in, studies_of_team
from readers.requests import SignedInRequest

COORDINATORS = (Membership.Role.COORDINATOR,)
INSPECTORS = (Membership.Role.COORDINATOR, Membership.Role.MONITOR)


def team_study(request: SignedInRequest, slug: str, *roles: str) -> Study:
    """The study, if the person is in its team (else 404) and in one of the roles named, if any (else 403)."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    if roles and not roles_in(user=request.user, study=study).intersection(roles):
        raise PermissionDenied(_("Your role in this study does not include this page."))
    return study


def act(request: SignedInRequest, done: Callable[[], str], *, to: str, slug: str) -> HttpResponse:
    """Do what `done` does, say its sentence or the refusal's, and go back to a page of the study."""
    try:
        sentence = done()
    except ProtocolError as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, sentence)
    return redirect(to, slug=slug)
