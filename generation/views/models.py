"""Trained models and how good they are, for engineers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from generation.permissions import engineer_or_refuse
from generation.selectors.quality import quality_of, trained_models


@login_required
@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """All trained models, and which of them have been measured."""
    engineer_or_refuse(request.user)
    return render(request, "generation/quality/models.html", {"models": trained_models()})


@login_required
@require_safe
def model(request: HttpRequest, name: str) -> HttpResponse:
    """What a model is, and its quality report."""
    engineer_or_refuse(request.user)
    found = get_object_or_404(trained_models(), name=name)
    return render(request, "generation/quality/model.html", {"model": found, "quality": quality_of(found)})
