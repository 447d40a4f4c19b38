"""The analysis bundle as a download."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from readers.models import Study
from stats.bundle.exports import NothingToExport, export_bundle
from stats.report import Selection
from stats.report.selection import UnknownChoice
from stats.views.requests import attachment, results_page

VARIANTS = ("unblinded", "blinded")


@results_page
def bundle_file(request: HttpRequest, study: Study, selection: Selection) -> HttpResponse:
    """The bundle of the whole study; `?variant=blinded` for the one without groups and directions."""
    variant = request.GET.get("variant", "unblinded")
    if variant not in VARIANTS:
        raise UnknownChoice(f"Variant is {' or '.join(VARIANTS)}, not {variant!r}.")
    by = cast(User, request.user)
    try:
        bundle = export_bundle(study=study, without_groups=variant == "blinded", by=by)
    except NothingToExport as error:
        return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
    return attachment(bundle.content, "application/zip", bundle.filename)
