"""Who sees the generation room: engineers alone. It shows groups, seeds and directions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

ENGINEERS = "engineers"


def is_engineer(user: Any) -> bool:
    """Whether a signed-in person belongs to the engineers; nobody is let in by rank."""
    return bool(user.is_authenticated and user.groups.filter(name=ENGINEERS).exists())


class IsEngineer(BasePermission):
    """Lets engineers in."""

    message = _("Only engineers see this.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return is_engineer(request.user)


def engineer_or_refuse(user: Any) -> None:
    """Raise PermissionDenied unless the person belongs to the engineers."""
    if not is_engineer(user):
        raise PermissionDenied(_("Only engineers see this."))
