"""Names of the phases, in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

NAMES: dict[str, Promise] = {
    "training": _("training"),
    "exploratory": _("exploratory"),
    "consensus": _("consensus"),
    "washout": _("washout"),
    "blinded": _("blinded"),
    "locked": _("locked"),
}


@register.filter
def phase_name(phase: str) -> Promise:
    """The phase as a word in a sentence; `KeyError` for a phase that there is not."""
    return NAMES[phase]
