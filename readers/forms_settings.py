"""Forms made from the table of settings: labels, consequences and refusals as in the protocol's file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from readers.models import Study
from readers.models.choices import VideoPhase
from readers.protocol.outlook import outlook
from readers.protocol.problems import Problem
from readers.protocol.rules import problems_between, value_problem
from readers.protocol.settings import BY_NAME, DISPLAY, GENERAL, READING, VIDEOS, Kind, Setting
from readers.words import translated

TOO_FEW = gettext_noop(
    "%(needed)s videos are needed and only %(there)s are free: ask for renders, lower the numbers, or tick "
    "that the videos come later."
)
if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAME_OF = {setting.place: name for name, setting in BY_NAME.items()}


class SettingsForm(forms.Form):
    """A form of some settings; whether a value is possible is asked of `readers.protocol.rules` alone."""

    settings: tuple[Setting, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for setting in self.settings:
            self.fields[setting.name] = field_of(setting)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for setting in self.settings:
            if setting.name in self.errors:
                continue
            if problem := value_problem(setting, values.get(setting.name)):
                self.add_problem(problem)
        possible = {name: value for name, value in values.items() if name not in self.errors}
        for problem in problems_between(possible):
            self.add_problem(problem)
        return values

    def entered(self) -> dict[str, Any]:
        """What was entered and is possible, as the draft keeps it."""
        possible = {s.name for s in self.settings} - self.errors.keys()
        return {"values": {name: self.cleaned_data[name] for name in possible if name in self.cleaned_data}}

    def add_problem(self, problem: Problem) -> None:
        """Put a problem beside its field, or above the form when the field is not in it."""
        name = NAME_OF.get(problem.place)
        self.add_error(name if name in self.fields else None, in_words(problem))


class GeneralForm(SettingsForm):
    """Question and groups; the name in addresses must be free."""

    settings = GENERAL

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if Study.objects.filter(slug=values.get("slug") or "").exists():
            self.add_error("slug", _("A study has this name in addresses already: choose another."))
        return values


class VideosForm(SettingsForm):
    """Numbers of videos and the washout; `available` are the free videos from A to B and from A to A."""

    settings = VIDEOS
    videos_later = forms.BooleanField(
        required=False,
        label=_("The videos come later"),
        help_text=_("Ticked, the study is set up now and its videos are chosen once they are rendered."),
    )

    def __init__(self, *args: Any, available: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.available = available
        self.order_fields([setting.name for setting in self.settings])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.errors or values["videos_later"]:
            return values
        wanted = outlook(values, start=timezone.now())
        for name, needed, there in (
            ("n_blinded", wanted.n_videos, self.available[0]),
            ("n_null", wanted.n_null, self.available[1]),
        ):
            if needed > there:
                self.add_problem(Problem(BY_NAME[name].place, TOO_FEW, {"needed": needed, "there": there}))
        return values

    def entered(self) -> dict[str, Any]:
        return super().entered() | {"videos_later": bool(self.cleaned_data.get("videos_later"))}


class ReadingForm(SettingsForm):
    settings = (*READING, *(setting for phase in DISPLAY.values() for setting in phase))

    def general(self) -> list[forms.BoundField]:
        return [self[setting.name] for setting in READING]

    def phases(self) -> list[tuple[VideoPhase, list[forms.BoundField]]]:
        """The fields of each phase's display."""
        return [
            (VideoPhase(phase), [self[setting.name] for setting in part]) for phase, part in DISPLAY.items()
        ]


class EverythingForm(ReadingForm):
    """All settings of a study that can change, with the reason that its record asks for."""

    settings = (*GENERAL, *VIDEOS, *ReadingForm.settings)
    reason = forms.CharField(
        max_length=300,
        label=_("Reason of the change"),
        help_text=_("Kept with the new version for good; it must not name a person."),
    )

    def __init__(self, *args: Any, frozen: Iterable[Setting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for setting in frozen:
            self.fields[setting.name].disabled = True

    def parts(self) -> list[tuple[StrOrPromise, list[forms.BoundField]]]:
        """The fields under the headings of the set-up's steps, a phase's display under its own."""
        headings = ((_("Question and groups"), GENERAL), (_("Videos and washout"), VIDEOS))
        parts: list[tuple[StrOrPromise, list[forms.BoundField]]] = [
            *((heading, [self[setting.name] for setting in settings]) for heading, settings in headings),
            (_("Reading rules"), self.general()),
        ]
        for phase, fields in self.phases():
            parts.append((gettext("Display: %(phase)s") % {"phase": phase.label}, fields))
        return parts


def in_words(problem: Problem) -> str:
    """The sentence of a problem in the person's language."""
    return translated(problem.sentence)


def field_of(setting: Setting) -> forms.Field:
    """The form's field of a setting. It only turns text into a value; the rules judge the value."""
    words: dict[str, Any] = {"label": _(setting.label), "help_text": _(setting.help)}
    words |= {"required": False, "initial": setting.default}
    choices = [(value, _(label)) for value, label in (setting.choices or {}).items()]
    match setting.kind:
        case Kind.YES_NO:
            return forms.BooleanField(**words)
        case Kind.CHOICE:
            return forms.ChoiceField(choices=choices, **words)
        case Kind.SEVERAL:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **words)
        case Kind.WHOLE:
            return forms.IntegerField(**words)
        case Kind.NUMBER:
            return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any"}), **words)
        case _:
            wide = {"size": min(60, int(setting.high))}
            return forms.CharField(strip=True, widget=forms.TextInput(attrs=wide), **words)
