"""The home page: sends each person to the page that their role works on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from readers.models import Membership


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
