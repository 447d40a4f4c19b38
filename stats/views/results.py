"""The tables of a study: a page, and the same tables and ratings as files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from readers.models import Study
from stats.exports import ratings_csv
from stats.report import FORMATS, Selection, likert_bars, likert_svgs, readings
from stats.selectors import progress, study_ratings, withdrawn_with_ratings
from stats.tables import (
    FROM_RATINGS,
    KEYS,
    NO_COHORT,
    NO_MODEL,
    NoTable,
    checked_facts,
    origin_tables,
    study_table,
    tables_apart,
)
from stats.views.requests import export, filters, query, results_page
from stats.views.sections import section

SUPPLEMENTS = ("table3s", "table3c", "table2s")


@results_page
def results(request: HttpRequest, study: Study, selection: Selection) -> HttpResponse:
    """Table 3, then Table 2 with its bars, for everyone or for a subgroup named in the address.

    ``columns=more`` adds the supplements to both tables and the comparisons.
    """
    more = request.GET.get("columns") == "more"
    kept = {"columns": "more"} if more else {}
    facts = checked_facts(study, selection)
    ratings = study_ratings(study, phase=selection.phase)
    done, total = progress(study)
    context = {
        "study": study,
        "selection": selection,
        "query": query(selection),
        "filters": filters(study, facts, selection, **kept),
        "more": more,
        "switch": query(selection, **({} if more else {"columns": "more"})),
        "formats": FORMATS,
        "done": done,
        "total": total,
        "n_ratings": len(ratings),
        "withdrawn": withdrawn_with_ratings(study),
        "empty": selection.of(ratings).empty,
    }
    if not context["empty"]:
        made = {key: FROM_RATINGS[key](ratings, facts, selection) for key in ("table2", "table3")}
        drawings = likert_svgs(likert_bars(ratings, facts, selection))
        context["third"] = section(made["table3"])
        context["second"] = section(made["table2"], drawings)
        if more:
            added = {key: FROM_RATINGS[key](ratings, facts, selection) for key in SUPPLEMENTS}
            context["supplements"] = {key: section(table) for key, table in added.items()}
        context["apart"] = [section(table) for table in tables_apart(study, selection)]
        context["readings"] = readings(ratings, facts, selection)
    origins = origin_tables(study)
    context["first"] = [section(table) for table in origins]
    context["no_first"] = NO_MODEL if not origins else NO_COHORT if len(origins) == 1 else ""
    return render(request, "stats/results.html", context)


@results_page
def table_file(
    request: HttpRequest, study: Study, selection: Selection, key: str, suffix: str
) -> HttpResponse:
    """One table in one format, with the subgroup of the page."""
    if key not in KEYS or suffix not in FORMATS:
        raise Http404
    try:
        table = study_table(study, key, selection)
    except NoTable as reason:
        raise Http404(str(reason)) from None
    form = FORMATS[suffix]
    name = f"{study.slug}-{key}.{suffix}"
    return export(request, study, form.render(table), form.content_type, name)


@results_page
def ratings_file(request: HttpRequest, study: Study, selection: Selection) -> HttpResponse:
    """All ratings of the phase, one line each: what every number can be computed from again.

    ``withdrawn=include`` adds what withdrawn readers submitted, which no table counts.
    """
    everything = request.GET.get("withdrawn") == "include"
    ratings = study_ratings(study, phase=selection.phase, include_withdrawn=everything)
    content = ratings_csv(ratings, notice=study.notice)
    name = f"{study.slug}-ratings{'-with-withdrawn' if everything else ''}.csv"
    return export(request, study, content.encode("utf-8"), "text/csv; charset=utf-8", name)
