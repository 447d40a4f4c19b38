"""Who may see and do what. Everything is decided by membership in the study; nobody is let in by rank."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from readers.errors import RoleRequired, StudyArchived
from readers.models import Membership, Study
from readers.protocol.phases import Phase
from readers.selectors.facts import phases_of_study
from readers.selectors.participation import withdrawn

TEAM = (Membership.Role.COORDINATOR, Membership.Role.ANALYST, Membership.Role.MONITOR)


def roles_in(*, user: User, study: Study) -> set[str]:
    """Roles of a person in a study; empty for strangers."""
    return set(Membership.objects.filter(user_id=user.pk, study=study).values_list("role", flat=True))


def studies_of_team(user: User) -> QuerySet[Study]:
    """Studies whose overview a person may see: as coordinator, analyst or monitor, never as reader."""
    return Study.objects.filter(memberships__user_id=user.pk, memberships__role__in=TEAM).distinct()


def studies_coordinated(user: User) -> QuerySet[Study]:
    """Studies that a person coordinates."""
    return Study.objects.filter(
        memberships__user_id=user.pk, memberships__role=Membership.Role.COORDINATOR
    ).distinct()


def require_coordinator(*, user: User, study: Study) -> None:
    """Raise `RoleRequired` unless the person coordinates the study, `StudyArchived` if it is archived."""
    if Membership.Role.COORDINATOR not in roles_in(user=user, study=study):
        raise RoleRequired(_("Only a coordinator of the study can do this."))
    if study.archived_at is not None:
        raise StudyArchived


def may_create_studies(user: User) -> bool:
    """Whether a person may set studies up: group "coordinators", or permission `readers.add_study`."""
    return user.is_active and (
        user.groups.filter(name="coordinators").exists() or user.has_perm("readers.add_study")
    )


def require_creator(user: User) -> None:
    """Raise `RoleRequired` unless the person may set studies up."""
    if not may_create_studies(user):
        raise RoleRequired(
            _("Only members of the group “coordinators” set studies up: ask whoever keeps the accounts.")
        )


def may_see_results(*, user: User, study: Study) -> bool:
    """Analysts see the tables at any time; coordinators once all have finished; nobody else.

    A withdrawn reader will not finish, and is not waited for; where all have withdrawn nobody has finished.
    """
    roles = roles_in(user=user, study=study)
    if Membership.Role.ANALYST in roles:
        return True
    if Membership.Role.COORDINATOR not in roles:
        return False
    left = withdrawn(study)
    phases = [phase for pk, phase in phases_of_study(study).items() if pk not in left]
    return bool(phases) and all(phase is Phase.LOCKED for phase in phases)
