"""The steps of the set-up: which form each has, and what the pages say about a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from generation.models import Video
from readers.forms_settings import GeneralForm, ReadingForm, SettingsForm, VideosForm, in_words
from readers.forms_setup import PeopleStep
from readers.models import Membership, StudyDraft
from readers.protocol.outlook import SECONDS_PER_VIDEO, has_washout, outlook
from readers.protocol.problems import ProtocolUnusable
from readers.protocol.settings import BY_NAME, GENERAL, VIDEOS
from readers.selectors.protocol import protocol_of_draft
from readers.selectors.videos import n_free
from readers.services.setup import refusal_of
from readers.views.protocol_text import protocol_text

STEPS = {
    1: gettext_lazy("Question and groups"),
    2: gettext_lazy("Videos and washout"),
    3: gettext_lazy("Reading rules"),
    4: gettext_lazy("People and videos"),
    5: gettext_lazy("Summary"),
}
SUMMARY = 5
STEP_OF = {s.place: 1 for s in GENERAL} | {s.place: 2 for s in VIDEOS}


def step_form(number: int, draft: StudyDraft, data: Any = None) -> SettingsForm | PeopleStep:
    """The form of a step from 1 to 4, filled with what the draft holds."""
    match number:
        case 1:
            return GeneralForm(data, initial=draft.values)
        case 2:
            return videos_form(draft, data)
        case 3:
            return ReadingForm(data, initial=draft.values)
    return PeopleStep(data, draft=draft)


def videos_form(draft: StudyDraft, data: Any = None) -> VideosForm:
    """The form of step 2, which knows how many videos are free."""
    a, b = (draft.values.get(name, "") for name in ("group_a", "group_b"))
    initial = draft.values | {"videos_later": draft.videos_later}
    return VideosForm(data, initial=initial, available=(n_free(a, b), n_free(a, a)))


def outlook_words(draft: StudyDraft) -> list[str]:
    """What the numbers ask of readers and of time, as sentences; none while a number is missing."""
    values = {name: setting.default for name, setting in BY_NAME.items()} | draft.values
    there = outlook(values, start=timezone.now())
    pace = ngettext("%(n)s second a video", "%(n)s seconds a video", SECONDS_PER_VIDEO) % {
        "n": SECONDS_PER_VIDEO
    }
    words = [
        _(
            "Each reader sees %(first)s videos, about %(minutes_first)s minutes, and later scores "
            "%(second)s, about %(minutes_second)s minutes (at %(pace)s)."
        )
        % {
            "first": there.n_first,
            "second": there.n_second,
            "minutes_first": there.minutes_first,
            "minutes_second": there.minutes_second,
            "pace": pace,
        },
        _("To render: %(videos)s videos from A to B, %(null)s from A to A.")
        % {"videos": there.n_videos, "null": there.n_null},
    ]
    if has_washout(values):
        opening = date_format(there.opens_at, "DATE_FORMAT")
        words.append(
            _("If the exploratory phase ended today, the blinded videos would open on %(day)s.")
            % {"day": opening}
        )
    else:
        words.append(
            _("There is nothing to count a washout from: blinded videos open when the form is locked.")
        )
    return words


def summary_of(draft: StudyDraft, *, by: User) -> dict[str, Any]:
    """The protocol to be read, the people and videos, and everything that is still in the way."""
    problems: list[dict[str, Any]] = []
    context: dict[str, Any] = {"problems": problems}
    try:
        protocol = protocol_of_draft(draft)
    except ProtocolUnusable as unusable:
        problems += [
            {
                "step": STEP_OF.get(problem.place, 3),
                "setting": _label(problem.place),
                "reason": in_words(problem),
            }
            for problem in unusable.problems
        ]
    else:
        context |= protocol_text(protocol)
        if not draft.videos and not draft.videos_later:
            problems.append({"step": 4, "setting": _("Videos"), "reason": _("No videos are chosen yet.")})
        elif refusal := refusal_of(draft=draft, protocol=protocol, by=by):
            problems.append({"step": 4, "setting": _("People and videos"), "reason": refusal})
        context["outlook"] = outlook_words(draft)
    roles = dict(Membership.Role.choices)
    context["people"] = [person | {"role_name": roles[person["role"]]} for person in draft.people]
    context["n_chosen"] = Video.objects.filter(pk__in=draft.videos).count()
    return context


def _label(place: str) -> str:
    labels: Mapping[str, str] = {setting.place: setting.label for setting in BY_NAME.values()}
    return _(labels[place]) if place in labels else place
