"""How models were trained, or are being trained: loss and samples."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from generation.diffusion.folder import SAMPLES
from generation.permissions import engineer_or_refuse
from generation.selectors import trainings as selectors
from generation.selectors.trainings import HEIGHT, WIDTH, Stage, Training


@login_required
def trainings(request: HttpRequest) -> HttpResponse:
    """All trainings, with steps and loss."""
    engineer_or_refuse(request.user)
    return render(request, "generation/trainings.html", {"trainings": selectors.trainings()})


@login_required
def training(request: HttpRequest, name: str) -> HttpResponse:
    """The stages of one training: loss curve, samples, options."""
    engineer_or_refuse(request.user)
    shown = {"training": _found(name), "width": WIDTH, "height": HEIGHT}
    return render(request, "generation/training.html", shown)


@login_required
def samples(request: HttpRequest, name: str, number: int) -> FileResponse:
    """The samples of a stage (0: base), as its training last drew them."""
    engineer_or_refuse(request.user)
    stages: list[Stage] = _found(name).stages
    if number >= len(stages) or not stages[number].has_samples:
        raise Http404
    return FileResponse((stages[number].folder / SAMPLES).open("rb"), content_type="image/png")


def _found(name: str) -> Training:
    for known in selectors.trainings():
        if known.name == name:
            return known
    raise Http404
