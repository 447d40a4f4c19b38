"""Acts on the readers of a study, its deviations log, its archive and its calendar's address."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from readers.csv import csv_file
from readers.models import Deviation, Reader, ReaderEvent
from readers.permissions import roles_in
from readers.requests import SignedInRequest
from readers.services.archive import archive_study, restore_study
from readers.services.calendars import feed_of_study, renew_feed
from readers.services.deviations import note_deviation
from readers.services.participation import pause_reader, resume_reader, withdraw_reader
from readers.services.reminders import remind_by_hand
from readers.views.team import act, team_study

EVENTS: dict[str, Callable[..., ReaderEvent]] = {
    "pause": pause_reader,
    "resume": resume_reader,
    "withdraw": withdraw_reader,
}


@login_required
@require_POST
def reader_act(request: SignedInRequest, slug: str, code: str, kind: str) -> HttpResponse:
    """Pause, resume, withdraw or remind a reader; the service decides whether this person may."""
    study = team_study(request, slug)
    reader = get_object_or_404(Reader.objects.select_related("study", "user"), study=study, code=code)

    def remind() -> str:
        remind_by_hand(reader=reader, text=request.POST.get("text", ""), by=request.user)
        return _("A reminder to %(code)s is sent.") % {"code": code}

    def happen() -> str:
        event = EVENTS[kind](reader=reader, reason=request.POST.get("reason", ""), by=request.user)
        return _("%(code)s is %(event)s.") % {"code": code, "event": event.get_kind_display()}

    if kind != "remind" and kind not in EVENTS:
        raise Http404("no such act")
    return act(request, remind if kind == "remind" else happen, to="readers:study", slug=slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deviations(request: SignedInRequest, slug: str) -> HttpResponse:
    """The log of a study, latest first, of all readers or of one; coordinators add to it by hand."""
    study = team_study(request, slug)
    if request.method == "POST":

        def note() -> str:
            code = request.POST.get("reader", "")
            reader = get_object_or_404(Reader, study=study, code=code) if code else None
            note_deviation(study=study, reader=reader, text=request.POST.get("text", ""), by=request.user)
            return _("The deviation is noted.")

        return act(request, note, to="readers:deviations", slug=slug)
    code = request.GET.get("reader", "")
    entries = Deviation.objects.filter(study=study).select_related("reader", "by")
    context = {
        "study": study,
        "entries": entries.filter(reader__code=code) if code else entries,
        "code": code,
        "codes": study.readers.order_by("code").values_list("code", flat=True),
        "may_note": "coordinator" in roles_in(user=request.user, study=study) and study.archived_at is None,
    }
    return render(request, "readers/deviations.html", context)


@login_required
@require_safe
def deviations_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """The whole log as CSV, oldest first, times in UTC."""
    study = team_study(request, slug)
    entries = Deviation.objects.filter(study=study).select_related("reader", "by").order_by("at", "pk")
    return csv_file(
        f"{slug}-deviations.csv",
        ["at", "reader", "kind", "text", "by"],
        (
            [
                entry.at.isoformat(),
                entry.reader.code if entry.reader else "",
                entry.kind,
                entry.text,
                entry.by.get_username() if entry.by else "",
            ]
            for entry in entries
        ),
    )


@login_required
@require_POST
def archive(request: SignedInRequest, slug: str) -> HttpResponse:
    """Put a study into the archive, or take it back."""
    study = team_study(request, slug)
    reason = request.POST.get("reason", "")

    def move() -> str:
        if study.archived_at is None:
            archive_study(study=study, reason=reason, by=request.user)
            return _("The study is archived.")
        restore_study(study=study, reason=reason, by=request.user)
        return _("The study is back from the archive.")

    return act(request, move, to="readers:study", slug=slug)


@login_required
@require_POST
def renew_calendar(request: SignedInRequest, slug: str) -> HttpResponse:
    """Give the calendar of the study a new address."""
    study = team_study(request, slug)

    def renew() -> str:
        renew_feed(feed=feed_of_study(study), by=request.user)
        return _("The calendar has a new address; the old one no longer works.")

    return act(request, renew, to="readers:study", slug=slug)
