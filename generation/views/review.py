from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from generation.models import Cohort, HeldImage
from generation.permissions import engineer_or_refuse
from generation.selectors.films import waiting
from generation.selectors.words import said
from generation.services.images import held_file
from generation.services.review import refuse_held, take_held

EDGES = ("left", "top", "right", "bottom")
MOST_SHOWN = 200


@login_required
@never_cache
@require_safe
def held_images(request: HttpRequest, name: str) -> HttpResponse:
    """What waits for a decision, and what was decided."""
    engineer_or_refuse(request.user)
    cohort = get_object_or_404(Cohort, name=name)
    decided = (
        cohort.held_images.filter(decision__isnull=False)
        .select_related("decision__by")
        .order_by("-decision__at")
    )
    context = {
        "cohort": cohort,
        "waiting": [(held, said(held.reason)) for held in waiting(cohort)[:MOST_SHOWN]],
        "decided": decided[:MOST_SHOWN],
    }
    return render(request, "generation/cohorts/held_images.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def held_image(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """One held image with the tool to make regions black; a POST decides."""
    engineer_or_refuse(request.user)
    held = get_object_or_404(
        HeldImage.objects.select_related("cohort"), cohort__name=name, pk=pk, decision__isnull=True
    )
    regions = [dict(zip(EDGES, box, strict=True)) for box in held.text]
    reason = ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        edges = [request.POST.getlist(edge) for edge in EDGES]
        rows = list(zip(*edges, strict=False))
        regions = [dict(zip(EDGES, row, strict=True)) for row in rows]
        try:
            decide(request, held, [row for row in rows if any(row)], reason)
        except ValidationError as error:
            for problem in error.messages:
                messages.error(request, problem)
        else:
            following = waiting(held.cohort).first()
            if following:
                return redirect("generation:held-image", name=name, pk=following.pk)
            return redirect("generation:held-images", name=name)
    context = {
        "cohort": held.cohort,
        "held": held,
        "why": said(held.reason),
        "regions": regions,
        "reason": reason,
    }
    return render(request, "generation/cohorts/held_image.html", context)


def decide(request: HttpRequest, held: HeldImage, regions: list[tuple[str, ...]], reason: str) -> None:
    """Carry out what the form says. Raises ValidationError for what cannot be."""
    if request.POST.get("decision") == "take":
        take_held(held=held, blank=regions, reason=reason, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Taken into the cohort."))
    elif request.POST.get("decision") == "refuse":
        refuse_held(held=held, reason=reason, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Refused. Its pixels are deleted."))
    else:
        raise ValidationError(_("Say whether the image is taken or refused."))


@login_required
@never_cache
@require_safe
def held_pixels(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """The pixels of a held image, for the person who decides."""
    engineer_or_refuse(request.user)
    held = get_object_or_404(
        HeldImage.objects.select_related("cohort"), cohort__name=name, pk=pk, decision__isnull=True
    )
    try:
        return HttpResponse(held_file(held).read_bytes(), content_type="image/png")
    except FileNotFoundError:
        raise Http404(_("The pixels are not there.")) from None
