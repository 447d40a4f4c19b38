"""The links at the top of every page: where a person may go, and nothing else."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from counterpart.help import topic_for
from generation.permissions import is_engineer
from readers.models import Membership
from readers.permissions import TEAM, may_create_studies
from stats.selectors import may_compute_agreement

register = template.Library()


@register.simple_tag(takes_context=True)
def help_anchor(context: Context) -> str:
    """The section of the help page that belongs to this page: "#results", or "" where there is none."""
    match = getattr(context.get("request"), "resolver_match", None)
    topic = topic_for(match.view_name) if match else ""
    return f"#{topic}" if topic else ""


@register.simple_tag(takes_context=True)
def main_links(context: Context) -> list[tuple[str, str]]:
    """(address, words) of each page that is open to the person; none for readers."""
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return []
    roles = set(Membership.objects.filter(user_id=user.pk).values_list("role", flat=True))
    if Membership.Role.READER in roles:
        return []
    engineer = is_engineer(user)
    pages = (
        ("readers:studies", _("Studies"), bool(roles.intersection(TEAM)) or may_create_studies(user)),
        ("stats:agreement", _("Agreement of a file"), may_compute_agreement(user)),
        ("generation:cohorts", _("Cohorts"), engineer),
        ("generation:models", _("Models"), engineer),
        ("generation:renders", _("Renders"), engineer),
    )
    return [(reverse(name), words) for name, words, is_open in pages if is_open]
