"""The figures of a study: a page that draws them, and each as SVG made here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from readers.models import Study
from stats.report import FORMATS, Selection
from stats.report.figures import FIGURES, svg
from stats.selectors import progress
from stats.tables import FROM_RATINGS, figure_data
from stats.videos import labels_with_frames
from stats.views.requests import export, filters, query, results_page
from stats.views.sections import section


@results_page
def figures(request: HttpRequest, study: Study, selection: Selection) -> HttpResponse:
    """All figures and the list of the most discordant videos, for everyone or for a subgroup."""
    data = figure_data(study, selection)
    done, total = progress(study)
    context = {
        "study": study,
        "selection": selection,
        "query": query(selection),
        "filters": filters(study, data.study, selection),
        "formats": FORMATS,
        "done": done,
        "total": total,
        "empty": selection.of(data.ratings).empty,
    }
    if not context["empty"]:
        context["figures"] = [build(data) for build in FIGURES.values()]
        table = FROM_RATINGS["discordant"](data.ratings, data.study, selection)
        held = {
            label: reverse("stats:video", args=[study.slug, label]) for label in labels_with_frames(study)
        }
        context["discordant"] = section(table, addresses=held)
    return render(request, "stats/figures.html", context)


@results_page
def figure_file(request: HttpRequest, study: Study, selection: Selection, key: str) -> HttpResponse:
    """One figure as SVG, with the subgroup of the page."""
    if key not in FIGURES:
        raise Http404
    figure = FIGURES[key](figure_data(study, selection))
    if figure.spec is None:
        raise Http404(figure.empty)
    name = f"{study.slug}-{key}.svg"
    return export(request, study, svg(figure).encode("utf-8"), "image/svg+xml", name)
