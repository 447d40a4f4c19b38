"""The home page, which sends each person to the page that their role works on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from readers.models import Membership
from readers.request_id import current_request_id


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Readers go to their reading page, engineers to the renders, everyone else to the list of studies."""
    memberships = Membership.objects.filter(user__username=request.user.get_username())
    roles = set(memberships.values_list("role", flat=True))
    if roles == {"reader"}:
        return redirect("readers:home")
    if not roles and request.user.groups.filter(name="engineers").exists():
        return redirect("generation:renders")
    return redirect("readers:studies")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not sent from a page of ours, or from one that is out of date."""
    return render(request, "403_csrf.html", status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """Something failed; the reference is the id that the log and the audit trail have of the request."""
    return HttpResponse(render_to_string("500.html", {"reference": current_request_id()}), status=500)
