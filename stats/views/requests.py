"""What the pages of a study have in common: who may come in, and what part of the ratings is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from readers.models import Study
from readers.models.choices import VideoPhase
from stats.errors import ResultsClosed
from stats.exports import record_export
from stats.report import Selection, StudyFacts
from stats.report.selection import UnknownChoice
from stats.selectors import phases_of, specialties_of, study_with_results

View = Callable[..., HttpResponse]
SPECIALTY_NAMES = {
    "surgeon": gettext_lazy("Surgeons"),
    "radiologist": gettext_lazy("Radiologists"),
    "other": gettext_lazy("Other readers"),
}


def results_page(view: Callable[..., HttpResponse]) -> View:
    """A read-only page, never cached, for whoever may see the results of the study named by ``slug``.

    The view gets the study and the selection; a choice in the address that there is not becomes status 400.
    """

    @require_safe
    @login_required
    @cache_control(private=True, no_store=True)
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **parts: Any) -> HttpResponse:
        try:
            study = study_with_results(user=cast(User, request.user), slug=slug)
            return view(request, study, Selection.from_query(request.GET), **parts)
        except Study.DoesNotExist:
            raise Http404 from None
        except ResultsClosed as error:
            raise PermissionDenied(str(error)) from None
        except UnknownChoice as error:
            return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")

    return guarded


def attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A download."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def export(request: HttpRequest, study: Study, content: bytes, content_type: str, name: str) -> HttpResponse:
    """A download of a study's results, put on record before it leaves."""
    record_export(study=study, by=cast(User, request.user), files={name: content})
    return attachment(content, content_type, name)


def query(selection: Selection, **changes: str) -> str:
    """The address part of a selection with some of it changed; '?' alone where nothing is chosen."""
    chosen = selection.as_query() | changes
    return "?" + urlencode({key: value for key, value in chosen.items() if value})


def filters(study: Study, facts: StudyFacts, selection: Selection, **kept: str) -> list[dict[str, object]]:
    """Groups of links; each keeps the choices of the other groups, and ``kept``."""

    def group(label: str, key: str, choices: Iterable[tuple[str, str]]) -> dict[str, object]:
        links = [
            (name, query(selection, **kept, **{key: value}), value == selection.as_query().get(key, ""))
            for value, name in choices
        ]
        return {"label": label, "choices": links}

    phases = phases_of(study)
    return [
        group(
            _("Readers"),
            "specialty",
            [
                ("", _("All readers")),
                *((name, str(SPECIALTY_NAMES[name])) for name in specialties_of(study)),
            ],
        ),
        group(
            _("Direction as shown"),
            "direction",
            [
                ("", _("Both")),
                ("AB", f"{study.group_a} → {study.group_b}"),
                ("BA", f"{study.group_b} → {study.group_a}"),
            ],
        ),
        group(_("Criterion"), "criterion", [("", _("All")), *((c.key, c.name) for c in facts.criteria)]),
        *(
            [
                group(
                    _("Phase"),
                    "phase",
                    [("", _("Blinded")), *((p, str(VideoPhase(p).label)) for p in phases[1:])],
                )
            ]
            if len(phases) > 1
            else []
        ),
    ]
