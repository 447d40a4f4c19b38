from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from generation.models import Cohort, Radiograph
from generation.permissions import engineer_or_refuse
from generation.selectors.cohort_report import report_of
from generation.selectors.films import FILTERS, filtered, label_of, page_of, stored_values, waiting
from generation.selectors.kept_counts import counts_of
from generation.selectors.table_one import table_of
from generation.selectors.words import said


@login_required
@require_safe
def cohorts(request: HttpRequest) -> HttpResponse:
    """All cohorts: how many films, what waits, when they last came."""
    engineer_or_refuse(request.user)
    undecided = Count("held_images", filter=Q(held_images__decision__isnull=True, held_images__isnull=False))
    return render(
        request, "generation/cohorts/list.html", {"cohorts": Cohort.objects.annotate(n_waiting=undecided)}
    )


@login_required
@require_safe
def cohort(request: HttpRequest, name: str) -> HttpResponse:
    """Table 1, missing values, splits, and what became of every file."""
    engineer_or_refuse(request.user)
    found = get_object_or_404(Cohort, name=name)
    report = report_of(found, table_of(counts_of(found)))
    context = {"cohort": found, "report": report, "n_waiting": waiting(found).count()}
    return render(request, "generation/cohorts/cohort.html", context)


@login_required
@require_safe
def films(request: HttpRequest, name: str) -> HttpResponse:
    """A contact sheet: one page of films, filtered by the columns of Table 1."""
    engineer_or_refuse(request.user)
    found = get_object_or_404(Cohort, name=name)
    wanted = {column: request.GET.get(column, "") for column in FILTERS}
    page = page_of(
        filtered(found, wanted), after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    counts = counts_of(found)
    table = table_of(counts)
    choices = {
        "group": [group.name for group in table.groups if group.name],
        "split": [split for split in table.splits if split],
        **{column: table.words(column) for column in FILTERS if column not in ("group", "split")},
    }
    context = {
        "cohort": found,
        "page": page,
        "n_chosen": counts.films(stored_values(wanted)),
        "filters": [
            (column, label_of(column), [(word, said(word)) for word in choices[column]], wanted[column])
            for column in FILTERS
            if choices[column]
        ],
        "query": urlencode({column: word for column, word in wanted.items() if word}),
    }
    return render(request, "generation/cohorts/films.html", context)


@login_required
@require_safe
@cache_control(private=True, max_age=3600)
def film(request: HttpRequest, name: str, pixel_sha256: str) -> HttpResponse:
    """The image of one film."""
    engineer_or_refuse(request.user)
    row = get_object_or_404(Radiograph, cohort__name=name, pixel_sha256=pixel_sha256)
    try:
        with row.image.open("rb") as stream:
            return HttpResponse(stream.read(), content_type="image/png")
    except FileNotFoundError:
        raise Http404(_("The image is not in the storage.")) from None
