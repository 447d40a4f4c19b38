"""Words and links around the people of a study."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from readers.models import Study
from readers.permissions import may_see_results, roles_in

register = template.Library()

TEAM = frozenset({"coordinator", "analyst", "monitor"})
# Address, words, and the roles to which it is open.
LINKS: list[tuple[str, Promise, frozenset[str]]] = [
    ("readers:study", _("Readers"), TEAM),
    ("readers:protocol", _("Protocol"), TEAM),
    ("readers:videos", _("Videos"), frozenset({"coordinator"})),
    ("readers:invitations", _("Invitations"), frozenset({"coordinator"})),
    ("readers:consensus", _("Consensus room"), TEAM),
    ("readers:signatures", _("Signatures"), TEAM),
    ("readers:deviations", _("Deviations"), TEAM),
    ("readers:audit", _("Audit trail"), frozenset({"coordinator", "monitor"})),
]
ATTENTION: dict[str, Promise] = {
    "late": _("No activity for more than a week"),
    "unsigned": _("Has not signed the form"),
    "never_signed_in": _("Has never signed in"),
    "paused": _("Paused"),
}
STATES: dict[str, Promise] = {
    "active": _("takes part"),
    "paused": _("paused"),
    "withdrawn": _("withdrawn"),
    "replaced": _("withdrawn and replaced"),
}
WHEN: dict[str, Promise] = {"done": _("done"), "now": _("now"), "to_come": _("to come")}


@register.inclusion_tag("readers/study_nav.html", takes_context=True)
def study_nav(context: Context, here: str) -> dict[str, Any]:
    """The pages of a study that are open to the person; `here` is the address's name of this one."""
    study: Study = context["study"]
    roles = roles_in(user=context["request"].user, study=study)
    links = [(name, words) for name, words, may in LINKS if roles & may]
    if may_see_results(user=context["request"].user, study=study):
        links.append(("stats:results", _("Results")))
    return {"study": study, "links": links, "here": here}


@register.filter
def plain(value: object) -> str:
    """A detail of an audit event as text: lists with commas, objects as `name: value`."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {plain(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(plain(part) for part in value)
    return "–" if value in (None, "") else str(value)


@register.filter
def attention_words(reason: str) -> Promise:
    """Why to look after a reader, in words."""
    return ATTENTION[reason]


@register.filter
def state_words(state: str) -> Promise:
    """Whether a reader takes part, in words."""
    return STATES[state]


@register.filter
def when_words(when: str) -> Promise:
    """Where a phase of the timeline lies, in words."""
    return WHEN[when]
