"""The analysis bundle as a download."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from readers.models import Study
from stats.bundle.exports import NothingToExport, export_bundle
from stats.errors import ResultsClosed
from stats.selectors import study_with_results

VARIANTS = ("unblinded", "blinded")
PLAIN = "text/plain; charset=utf-8"


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def bundle_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The bundle for whoever may see the results; `?variant=blinded` for the one without groups."""
    user = cast(User, request.user)
    variant = request.GET.get("variant", "unblinded")
    try:
        study = study_with_results(user=user, slug=slug)
        if variant not in VARIANTS:
            return HttpResponseBadRequest(
                f"Variant is {' or '.join(VARIANTS)}, not {variant!r}.", content_type=PLAIN
            )
        bundle = export_bundle(study=study, without_groups=variant == "blinded", by=user)
    except Study.DoesNotExist:
        raise Http404 from None
    except ResultsClosed as error:
        raise PermissionDenied(str(error)) from None
    except NothingToExport as error:
        return HttpResponse(str(error), status=409, content_type=PLAIN)
    response = HttpResponse(bundle.content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{bundle.filename}"'
    return response
