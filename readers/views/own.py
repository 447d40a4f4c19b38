"""What people set for themselves: time zone and calendar of a reader, API tokens of anybody."""

from __future__ import annotations

from django.conf import settings as site_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from readers.calendar import calendar_of
from readers.forms_people import TokenForm, ZoneForm
from readers.models import ApiToken, CalendarFeed, Reader
from readers.requests import SignedInRequest
from readers.services.calendars import feed_of_reader, renew_feed
from readers.services.tokens import make_token, revoke_token


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def settings(request: SignedInRequest) -> HttpResponse:
    """Time zone and calendar address of each reading of the person."""
    own = Reader.objects.filter(user=request.user, study__archived_at=None).select_related("study")
    if request.method == "POST":
        reader = get_object_or_404(own, code=request.POST.get("code"), study__slug=request.POST.get("study"))
        if "renew" in request.POST:
            renew_feed(feed=feed_of_reader(reader), by=request.user)
            messages.success(request, _("The calendar has a new address; the old one no longer works."))
        elif (form := ZoneForm(request.POST)).is_valid():
            own.filter(pk=reader.pk).update(time_zone=form.cleaned_data["time_zone"])
            messages.success(request, _("Mails now give their times in this zone too."))
        return redirect("readers:settings")
    readings = [
        {
            "reader": reader,
            "form": ZoneForm(initial={"time_zone": reader.time_zone}),
            "feed": feed_of_reader(reader),
        }
        for reader in own.order_by("pk")
    ]
    context = {"readings": readings, "site": site_settings.SITE_URL}
    return render(request, "readers/settings.html", context)


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar at a secret address; calendar programs cannot sign in."""
    feed = CalendarFeed.objects.select_related("study", "reader").filter(token=token).first()
    if feed is None or feed.study.archived_at is not None:
        raise Http404("no such calendar")
    response = HttpResponse(calendar_of(feed), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reading.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tokens(request: SignedInRequest) -> HttpResponse:
    """The person's API tokens; the key of a new one is shown this once."""
    form = TokenForm(request.POST or None)
    context: dict[str, object] = {}
    if form.is_valid():
        context["made"], context["key"] = make_token(user=request.user, **form.cleaned_data)
        form = TokenForm()
    context |= {"form": form, "tokens": ApiToken.objects.filter(user=request.user)}
    return render(request, "readers/tokens.html", context)


@login_required
@require_POST
def token_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of the person's own tokens."""
    revoke_token(token=get_object_or_404(ApiToken, pk=pk, user=request.user), by=request.user)
    messages.success(request, _("The token is revoked."))
    return redirect("readers:tokens")
