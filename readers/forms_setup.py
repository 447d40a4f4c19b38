"""Forms of the set-up for the people of a study and for its videos."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from readers.forms import AllocationForm
from readers.models import Membership, Reader, StudyDraft


class PersonForm(forms.Form):
    """One person of a study: an account and a role; a reader also has a code and a specialty."""

    username = forms.CharField(label=_("Sign-in name"), max_length=150, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.READER)
    code = forms.SlugField(label=_("Code, for readers"), max_length=16, required=False)
    specialty = forms.ChoiceField(
        label=_("Specialty, for readers"), choices=[("", "–"), *Reader.Specialty.choices], required=False
    )

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        if name and not User.objects.filter(username=name, is_active=True).exists():
            raise forms.ValidationError(
                _("There is no account “%(name)s”. Leave the row empty, and invite the person later."),
                params={"name": name},
            )
        return name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("username"):
            if "username" not in self.errors and (values.get("code") or values.get("specialty")):
                self.add_error("username", _("Say whose row this is, or empty the rest of it too."))
            return {}
        reads = values.get("role") == Membership.Role.READER
        for name, words in (
            ("code", _("A reader needs a code, for example R1: it stands for the name in every table.")),
            ("specialty", _("A reader needs a specialty: agreement is also reported within each.")),
        ):
            if reads and not values.get(name) and name not in self.errors:
                self.add_error(name, words)
        return values if reads else values | {"code": "", "specialty": ""}


class BasePeopleFormSet(forms.BaseFormSet):
    """The people of a study; rows left empty count for nothing."""

    def clean(self) -> None:
        seen: set[tuple[str, str]] = set()
        for form in self.forms:
            values = form.cleaned_data if form.is_valid() else {}
            for name, words in (
                ("username", _("This person stands in two rows: one role is enough.")),
                ("code", _("Two readers have this code: tables could not tell them apart.")),
            ):
                entry = (name, values.get(name, ""))
                if entry[1] and entry in seen:
                    form.add_error(name, words)
                seen.add(entry)

    def people(self) -> list[dict[str, str]]:
        """What was entered, a mapping for each person."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("username")]


class PeopleStep:
    """Step 4 of the set-up: the people, and the videos to draw from unless they come later."""

    def __init__(self, data: Any, *, draft: StudyDraft) -> None:
        groups = {name: draft.values.get(name, "") for name in ("group_a", "group_b")}
        self.later = draft.videos_later
        self.people = PeopleFormSet(data, initial=draft.people, prefix="people")
        self.videos = AllocationForm(data, chosen=draft.videos, **groups)
        self.videos.fields["videos"].required = not self.later

    def is_valid(self) -> bool:
        """Judge both parts, so that all that is wrong is said at once."""
        return all([self.people.is_valid(), self.later or self.videos.is_valid()])

    @property
    def errors(self) -> dict[str, Any]:
        """The parts that cannot be as they stand."""
        if not self.people.is_bound or self.is_valid():
            return {}
        return {"people": self.people.errors, "videos": [] if self.later else self.videos.errors}

    def entered(self) -> dict[str, Any]:
        """What was entered and is possible, as the draft keeps it."""
        chosen = self.videos.cleaned_data.get("videos", ()) if not self.later and self.videos.is_bound else ()
        return {"people": self.people.people(), "videos": [str(video.pk) for video in chosen]}


PeopleFormSet: type[BasePeopleFormSet] = forms.formset_factory(  # type: ignore[assignment]
    PersonForm, formset=BasePeopleFormSet, extra=4, max_num=200
)
