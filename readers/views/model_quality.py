"""How good the models are that a study's videos come from, for its coordinators."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generation.selectors.quality import quality_of
from readers.requests import SignedInRequest
from readers.selectors.videos import models_of
from readers.views.protocol import coordinated


@login_required
@require_safe
@never_cache
def model_quality(request: SignedInRequest, slug: str) -> HttpResponse:
    """The quality report of each model; readers never see it, for it tells what to look for."""
    study = coordinated(request, slug)
    reports = [(model, quality_of(model)) for model in models_of(study)]
    return render(request, "readers/model_quality.html", {"study": study, "reports": reports})
