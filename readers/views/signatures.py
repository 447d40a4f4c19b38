"""Signing, and the list of signatures with what a look at each finds."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from readers.errors import ProtocolError, RoleRequired
from readers.fresh_sign_on import take_fresh_sign_on, ways_to_sign
from readers.permissions import roles_in, studies_of_team
from readers.requests import SignedInRequest
from readers.selectors.signatures import checked_signatures, offer_to_sign
from readers.services.signing import sign as sign_record
from readers.views.consensus import visitor_or_404

AFTER = {"form": "readers:room-form"}


@login_required
@require_safe
@never_cache
def signatures(request: SignedInRequest, slug: str) -> HttpResponse:
    """All signatures of a study, each hash computed anew: for its team."""
    study = get_object_or_404(studies_of_team(request.user), slug=slug)
    context = {
        "study": study,
        "checked": checked_signatures(study),
        "may_sign_protocol": "coordinator" in roles_in(user=request.user, study=study),
    }
    return render(request, "readers/signatures.html", context)


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign(request: SignedInRequest, public_id: UUID, meaning: str) -> HttpResponse:
    """The statement, the hash and the name; the password again; then the signature."""
    visitor = visitor_or_404(request, public_id)
    status = 200
    if request.method == "POST":
        try:
            sign_record(
                study=visitor.study,
                by=request.user,
                meaning=meaning,
                sha256=request.POST.get("sha256", ""),
                password=request.POST.get("password", ""),
                vouched=take_fresh_sign_on(request),
            )
        except ProtocolError as error:
            messages.error(request, str(error))
            status = error.status
        else:
            messages.success(request, _("Signed."))
            if meaning in AFTER:
                return redirect(AFTER[meaning], public_id=public_id)
            return redirect("readers:sign", public_id=public_id, meaning=meaning)
    try:
        offer, refusal = offer_to_sign(visitor.study, request.user, meaning), ""
    except RoleRequired:
        raise Http404("nothing to sign") from None
    except ProtocolError as error:
        offer, refusal, status = None, str(error), error.status
    context = {"visit": visitor, "offer": offer, "refusal": refusal, **ways_to_sign(request)}
    return render(request, "readers/sign.html", context, status=status)
