"""The results of a study: a page, and the same tables and ratings as files."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from readers.models import Study
from stats.errors import ResultsClosed
from stats.exports import ratings_csv
from stats.report import FORMATS, Selection, Table, likert_bars, likert_svgs, table2, table3
from stats.report.html_format import html_notes, html_table
from stats.report.selection import SPECIALTIES
from stats.selectors import progress, specialties_of, study_facts, study_ratings, study_with_results

TABLES = {"table2": table2, "table3": table3}


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Table 3, then Table 2 with its bars, for everyone or for a subgroup named in the address."""
    study = _study_or_refusal(request, slug)
    try:
        selection = _selection(request)
    except ValueError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    ratings, facts = study_ratings(study), study_facts(study)
    done, total = progress(study)
    context = {
        "study": study,
        "selection": selection,
        "query": _query(selection.specialty, selection.direction),
        "filters": _filters(study, selection),
        "done": done,
        "total": total,
        "n_ratings": len(ratings),
        "empty": selection.of(ratings).empty,
    }
    if not context["empty"]:
        second, third = table2(ratings, facts, selection), table3(ratings, facts, selection)
        drawings = likert_svgs(likert_bars(ratings, facts, selection))
        context["sections"] = [
            _section(third, html_table(third, explain=True)),
            _section(second, html_table(second, explain=True, drawings=drawings)),
        ]
    return render(request, "stats/results.html", context)


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def table_file(request: HttpRequest, slug: str, key: str, suffix: str) -> HttpResponse:
    """One table in one format, with the subgroup of the page."""
    study = _study_or_refusal(request, slug)
    if key not in TABLES or suffix not in FORMATS:
        raise Http404
    try:
        selection = _selection(request)
    except ValueError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    table = TABLES[key](study_ratings(study), study_facts(study), selection)
    return _attachment(FORMATS[suffix].render(table), FORMATS[suffix].content_type, f"{slug}-{key}.{suffix}")


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def ratings_file(request: HttpRequest, slug: str) -> HttpResponse:
    """All ratings of the study, one line each: what every number can be computed from again."""
    study = _study_or_refusal(request, slug)
    content = ratings_csv(study_ratings(study), notice=study.notice)
    return _attachment(content.encode("utf-8"), "text/csv; charset=utf-8", f"{slug}-ratings.csv")


def _study_or_refusal(request: HttpRequest, slug: str) -> Study:
    try:
        return study_with_results(user=cast(User, request.user), slug=slug)
    except Study.DoesNotExist:
        raise Http404 from None
    except ResultsClosed as error:
        raise PermissionDenied(str(error)) from None


def _selection(request: HttpRequest) -> Selection:
    return Selection(specialty=request.GET.get("specialty", ""), direction=request.GET.get("direction", ""))


def _query(specialty: str, direction: str) -> str:
    query = urlencode({k: v for k, v in {"specialty": specialty, "direction": direction}.items() if v})
    return f"?{query}" if query else "?"


def _filters(study: Study, selection: Selection) -> list[dict[str, object]]:
    """Groups of links; each keeps the choice of the other group."""
    by_specialty = [("", "All readers")] + [(s, SPECIALTIES[s].capitalize()) for s in specialties_of(study)]
    by_direction = [
        ("", "Both"),
        ("AB", f"{study.group_a} → {study.group_b}"),
        ("BA", f"{study.group_b} → {study.group_a}"),
    ]
    return [
        {
            "label": "Readers",
            "choices": [
                (name, _query(value, selection.direction), value == selection.specialty)
                for value, name in by_specialty
            ],
        },
        {
            "label": "Direction as shown",
            "choices": [
                (name, _query(selection.specialty, value), value == selection.direction)
                for value, name in by_direction
            ],
        },
    ]


def _section(table: Table, element: str) -> dict[str, str]:
    # Both are made by our renderer, which escapes every text it is given.
    return {"key": table.key, "table": mark_safe(element), "notes": mark_safe(html_notes(table))}  # noqa: S308


def _attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
