"""Help for people at work: one page, a section for each kind of page; every page links to its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class Topic:
    """A section of the help. `routes` begin the names of the routes that it helps with."""

    key: str
    title: Promise
    paragraphs: tuple[Promise, ...]
    routes: tuple[str, ...]


TOPICS = (
    Topic(
        "reading",
        _("Reading a video"),
        (
            _(
                "Look at the video as long and as often as you like, then choose one answer for each "
                "criterion. Digits 1 to 5 answer the marked criterion; the arrow keys step through the "
                "frames."
            ),
            _(
                "Each answer is saved at once, and the page says so. If the connection drops, go on: "
                "answers wait in the browser and are sent when it is back. Do not clear the browser's "
                "data before that."
            ),
            _(
                "Once a case is submitted it is locked. If an answer was a slip, ask the coordinator to "
                "open the case again; both versions stay on record."
            ),
        ),
        ("readers:home", "readers:case", "readers:display-check"),
    ),
    Topic(
        "washout",
        _("Why there is a wait"),
        (
            _(
                "Between the exploratory and the blinded videos lies a pause of at least 28 days, so that"
                " nobody answers from memory. Opening an exploratory video again starts it anew."
            ),
            _(
                "The server's clock counts it; neither the coordinator nor a change of time zone can "
                "shorten it."
            ),
        ),
        ("readers:calendar",),
    ),
    Topic(
        "consensus",
        _("The consensus room"),
        (
            _(
                "The notes of all readers are pooled without names. Merge those that say the same, vote, "
                "and agree on the criteria. When everybody has signed them, the form is locked for good."
            ),
        ),
        ("readers:room", "readers:consensus", "readers:sign"),
    ),
    Topic(
        "study",
        _("Running a study"),
        (
            _(
                "The page of a study shows each reader's phase and what needs attention first. Remind, "
                "pause or withdraw a reader there; each act asks for its reason, which goes on record."
            ),
            _(
                "You see who has answered, never what, until all readers have finished. Every act of "
                "anybody is in the audit trail, which nobody can change unseen."
            ),
        ),
        ("readers:",),
    ),
    Topic(
        "setup",
        _("Setting a study up"),
        (
            _(
                "Five steps lead to a protocol; each can be left and taken up again. What a setting means"
                " for the result is said beside it. Nothing exists before the last step, and the protocol"
                " must be signed before the first video is opened."
            ),
        ),
        ("readers:setup", "readers:protocol"),
    ),
    Topic(
        "results",
        _("Tables and figures"),
        (
            _(
                "Numbers stand for the chosen specialty, direction and criterion; the choice is part of "
                "the address, so that a link shows the same. Answers given to reversed videos are turned "
                "before they are counted."
            ),
            _(
                "The analysis bundle holds everything that is needed to compute each number again "
                "elsewhere, with a script in R that does so."
            ),
        ),
        ("stats:",),
    ),
    Topic(
        "images",
        _("Radiographs, models and renders"),
        (
            _(
                "Import radiographs with “manage.py import_cohort”: only pixels and a few attributes are "
                "taken out of a file, everything else is left behind. Files that were held back wait here"
                " for a decision."
            ),
            _(
                "A render that was interrupted goes on where it stopped, with the same bytes. If renders "
                "wait and none runs, start a worker with “manage.py render_worker”."
            ),
        ),
        ("generation:",),
    ),
    Topic(
        "account",
        _("Signing in"),
        (
            _(
                "Accounts come by invitation from a coordinator. After too many wrong passwords the "
                "sign-in waits for a while. If you have lost your password or your second factor, ask the"
                " coordinator."
            ),
        ),
        ("account", "mfa", "session", "socialaccount", "readers:invitation", "readers:tokens"),
    ),
)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """All sections, for everybody alike."""
    return render(request, "help.html", {"topics": TOPICS})


def topic_for(route: str) -> str:
    """Key of the section that helps with a route; "" for none. The longest beginning of the name decides."""
    fitting = [
        (len(begin), topic.key) for topic in TOPICS for begin in topic.routes if route.startswith(begin)
    ]
    return max(fitting, default=(0, ""))[1]
