"""The grey-scale test page: what a screen must show before anybody reads on it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from readers.requests import SignedInRequest
from readers.selectors.display import last_display_test


@login_required
@require_safe
@never_cache
def display_check(request: SignedInRequest) -> HttpResponse:
    """A ramp of 256 greys, a square on black and one on white; the person says what is to be seen."""
    return render(request, "readers/display_check.html", {"last": last_display_test(request.user)})
