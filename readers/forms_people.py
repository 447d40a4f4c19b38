"""Forms of the pages around the people of a study."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from readers.models import Action, Invitation, Membership, Reader, Study
from readers.selectors.audit_log import AuditFilter, actors_of
from readers.services.tokens import MOST_DAYS

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones() - {"localtime", "Factory"})]


class ZoneField(forms.ChoiceField):
    """A time zone of the IANA list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=ZONES, label=_("Time zone"), initial="UTC", **kwargs)


class ZoneForm(forms.Form):
    """In which zone a reader is."""

    time_zone = ZoneField()


class InvitationForm(forms.Form):
    """Whom to invite as what; readers also need a code and a specialty."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)
    code = forms.SlugField(
        label=_("Code"), max_length=16, required=False, help_text=_("Of a reader, for example R5.")
    )
    specialty = forms.ChoiceField(
        label=_("Specialty"), choices=[("", "–"), *Reader.Specialty.choices], required=False
    )
    replaces = forms.ModelChoiceField(
        label=_("In the place of"), queryset=Reader.objects.none(), required=False, empty_label="–"
    )
    reason = forms.CharField(label=_("Reason of the replacement"), max_length=300, required=False)

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = Reader.objects.filter(study=study, events__kind="withdrawn").exclude(events__kind="replaced")
        self.fields["replaces"].queryset = left  # type: ignore[attr-defined]
        if not left.exists():
            del self.fields["replaces"], self.fields["reason"]


class NewPersonForm(forms.Form):
    """The account of an invited person."""

    username = User._meta.get_field("username").formfield(label=_("Sign-in name"))
    first_name = forms.CharField(label=_("Given name"), max_length=150)
    last_name = forms.CharField(label=_("Family name"), max_length=150)
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    time_zone = ZoneField()

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if invitation.role != Membership.Role.READER:
            del self.fields["time_zone"]

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        cleaned = super().clean() or {}
        if cleaned.get("password") != cleaned.pop("again", None):
            self.add_error("again", _("The two passwords differ."))
        return cleaned


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("What it is for"), max_length=60)
    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=MOST_DAYS, initial=90)


class AuditForm(forms.Form):
    """Filters of the audit page; every field may be empty."""

    actor = forms.ChoiceField(label=_("Who"), required=False)
    action = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("everything")), *Action.choices]
    )
    reader = forms.ChoiceField(label=_("Reader"), required=False)
    since = forms.DateField(label=_("From (UTC)"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("Until (UTC)"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Reader.objects.filter(study=study).order_by("code").values_list("code", flat=True)
        self.fields["actor"].choices = [("", _("everybody")), *((n, n) for n in actors_of(study))]  # type: ignore[attr-defined]
        self.fields["reader"].choices = [("", _("all")), *((code, code) for code in codes)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> AuditFilter:
        """The filter; a field that makes no sense filters nothing and shows its error."""
        self.is_valid()
        return AuditFilter(
            **{name: self.cleaned_data.get(name) or "" for name in ("actor", "action", "reader")}
            | {name: self.cleaned_data.get(name) for name in ("since", "until")}
        )
