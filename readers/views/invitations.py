"""Invitations: the coordinator's page, and the page that a link in a mail opens."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from readers.errors import InvitationEnded, MailNotSent, ProtocolError
from readers.forms_people import InvitationForm, NewPersonForm, ZoneForm
from readers.models import Invitation, Membership
from readers.requests import SignedInRequest
from readers.services import invitations as service
from readers.views.team import COORDINATORS, act, team_study


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who was invited, and an invitation to make."""
    study = team_study(request, slug, *COORDINATORS)
    form = InvitationForm(
        request.POST or None, study=study, initial={"replaces": request.GET.get("replaces")}
    )
    if form.is_valid():
        try:
            service.invite(study=study, by=request.user, **form.cleaned_data)
        except MailNotSent as refusal:
            messages.error(request, f"{refusal} " + _("The invitation is made: send it again from the list."))
            return redirect("readers:invitations", slug=slug)
        except (ProtocolError, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
        else:
            messages.success(request, _("The invitation is sent."))
            return redirect("readers:invitations", slug=slug)
    sent = study.invitations.select_related("accepted_by", "replaces")
    return render(request, "readers/invitations.html", {"study": study, "form": form, "invitations": sent})


@login_required
@require_POST
def invitation_act(request: SignedInRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """Send an invitation again, or revoke it."""
    study = team_study(request, slug, *COORDINATORS)
    invitation = get_object_or_404(Invitation, study=study, pk=pk)

    def resend() -> str:
        service.resend_invitation(invitation=invitation, by=request.user)
        return _("The invitation is sent again; its earlier link no longer works.")

    def revoke() -> str:
        service.revoke_invitation(invitation=invitation, by=request.user)
        return _("The invitation is revoked; its link no longer works.")

    acts = {"resend": resend, "revoke": revoke}
    if kind not in acts:
        raise Http404("no such act")
    return act(request, acts[kind], to="readers:invitations", slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: as the person who is signed in, or with a new account."""
    try:
        found = service.open_invitation(token)
    except InvitationEnded as ended:
        return render(request, "readers/invitation_ended.html", {"reason": str(ended)}, status=ended.status)
    if not request.user.is_authenticated:
        request.session[service.IN_SESSION] = token
    form = _form(request, found)
    if form.is_valid():
        try:
            if request.user.is_authenticated:
                service.accept_invitation(token=token, by=request.user, **form.cleaned_data)
            else:
                new = service.accept_as_new_person(token=token, **form.cleaned_data)
                perform_login(request, Login(user=new))
        except (ProtocolError, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
        else:
            messages.success(request, _("You are in: the invitation is accepted."))
            return redirect("home")
    return render(request, "readers/invitation.html", {"invitation": found, "form": form})


def _form(request: HttpRequest, invitation: Invitation) -> forms.Form:
    """What is still to be filled in: nothing by a signed-in person who is not to be a reader."""
    data = request.POST if request.method == "POST" else None
    if not request.user.is_authenticated:
        return NewPersonForm(data, invitation=invitation)
    return ZoneForm(data) if invitation.role == Membership.Role.READER else forms.Form(data)
