"""The way in: signing in, and the home page that sends each person to the page that their role works on."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from readers.models import Membership
from readers.throttles import SignInThrottle


class SignIn(LoginView):
    """The sign-in page; after ten attempts in a minute for a name, further ones wait."""

    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if SignInThrottle.allows(request):
            return super().post(request, *args, **kwargs)
        return render(request, "registration/too_many.html", status=429)


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
