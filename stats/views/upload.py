"""Agreement of any ratings file: the study's tables without a study. Nothing is stored."""

from __future__ import annotations

from base64 import b64encode
from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from stats.agreement.summary import summary
from stats.forms import RatingsForm
from stats.report import FORMATS, Table
from stats.report.agreement_table import agreement_table
from stats.report.frequency_table import frequency_table
from stats.selectors import may_compute_agreement
from stats.views.sections import section


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def agreement(request: HttpRequest) -> HttpResponse:
    """The form, and below it the tables of the file that was sent with it."""
    if not may_compute_agreement(cast(User, request.user)):
        raise PermissionDenied(_("Agreement of a file is for analysts of a study and for staff."))
    form = RatingsForm(request.POST, request.FILES) if request.method == "POST" else RatingsForm()
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        options = {key: form.cleaned_data[key] for key in ("weights", "confidence", "population")}
        results = summary(form.tables, **options)
        tables = (agreement_table(results), frequency_table(form.tables))
        context |= {
            "file_name": form.cleaned_data["file"].name,
            "sections": [section(table) | {"downloads": downloads(table)} for table in tables],
        }
    return render(request, "stats/agreement.html", context, status=400 if form.errors else 200)


def downloads(table: Table) -> list[tuple[str, str, str]]:
    """(name of the format, file name, the file as a data URL): the page itself carries its files."""
    return [
        (form.name, f"{table.key}.{suffix}", _data_url(form.content_type, form.render(table)))
        for suffix, form in FORMATS.items()
    ]


def _data_url(content_type: str, content: bytes) -> str:
    return f"data:{content_type.replace(' ', '')};base64,{b64encode(content).decode('ascii')}"
