"""Set-up of a study: the study itself, its criteria and its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from readers.errors import SetupError
from readers.models import Action, Criterion, Membership, Reader, Room, Study, StudyVideo
from readers.permissions import require_coordinator
from readers.services.allocation import draw_orders
from readers.services.audit import record
from readers.services.protocol import keep_version
from readers.services.signing import void_changed

# What the form lock freezes; the title, which may be mended later, is not part of it.
PROTOCOL = (
    *("slug", "group_a", "group_b", "question_template", "n_training", "n_exploratory", "n_blinded"),
    *("n_null", "n_repeats", "repeat_distance", "n_common", "n_per_reader", "washout_days", "washout_anchor"),
    *("reopen_exploratory", "conceal_direction", "sign_off_required", "allocation_seed"),
)


def create_study(*, by: User, slug: str, title: str, group_a: str, group_b: str, **settings: Any) -> Study:
    """Create a study, coordinated by `by`. `settings` are other fields of `Study`."""
    with transaction.atomic():
        study = Study(slug=slug, title=title, group_a=group_a, group_b=group_b, **settings)
        study.full_clean()
        study.save()
        Room.objects.create(study=study)
        Membership.objects.create(study=study, user=by, role=Membership.Role.COORDINATOR)
        keep_version(study=study, reason=gettext_noop("The study is set up."), by=by)
        details = model_to_dict(study, fields=PROTOCOL)
        record(action=Action.STUDY_CREATED, actor=by, study=study, target=study, details=details)
    return study


def set_criteria(*, study: Study, criteria: Sequence[Mapping[str, Any]], by: User) -> list[Criterion]:
    """Replace the draft criteria; each has key, name, anchors, and optionally the two findings."""
    require_coordinator(user=by, study=study)
    with transaction.atomic():
        if _locked(study).form_locked_at is not None:
            raise SetupError(_("The form is locked: its criteria can no longer change."))
        study.criteria.all().delete()
        result = []
        for position, values in enumerate(criteria, start=1):
            criterion = Criterion(study=study, position=position, **values)
            criterion.full_clean()
            criterion.save()
            result.append(criterion)
        keep_version(study=study, reason=gettext_noop("The criteria are written."), by=by)
        void_changed(study=study, by=by, reason=gettext_noop("The criteria were written anew."))
        record(
            action=Action.CRITERIA_SET,
            actor=by,
            study=study,
            target=study,
            details={"criteria": [asdict(criterion.item) for criterion in result]},
        )
    return result


def grant_role(*, study: Study, user: User, role: str, by: User) -> Membership:
    """Make a person coordinator, analyst or monitor. A reader of the study cannot be any of these."""
    require_coordinator(user=by, study=study)
    if role == Membership.Role.READER:
        raise SetupError(_("Readers are enrolled, with a code and a specialty; they are not granted a role."))
    with transaction.atomic():
        _locked(study)
        if Reader.objects.filter(study=study, user=user).exists():
            raise SetupError(
                _("%(name)s reads in this study and so cannot have a role that sees others' work.")
                % {"name": user}
            )
        membership = Membership(study=study, user=user, role=role)
        membership.full_clean()
        membership.save()
        record(action=Action.ROLE_GRANTED, actor=by, study=study, target=user, details={"role": role})
    return membership


def enrol_reader(*, study: Study, user: User, code: str, specialty: str, by: User) -> Reader:
    """Enrol a reader and, when the study's videos are allocated, draw this reader's orders.

    Refused for people who could see videos or answers otherwise: the study's team and engineers.
    """
    require_coordinator(user=by, study=study)
    if user.is_superuser or user.groups.filter(name="engineers").exists():
        raise SetupError(
            _("%(name)s can see renders before they are read, and so cannot be a reader.") % {"name": user}
        )
    with transaction.atomic():
        _locked(study)
        if Reader.objects.filter(study=study.rehearsal_of_id, user=user).exists():
            raise SetupError(
                _("%(name)s reads in the study itself, and would see its criteria before their time.")
                % {"name": user}
            )
        if Membership.objects.filter(study=study, user=user).exists():
            raise SetupError(_("%(name)s already has a role in this study.") % {"name": user})
        reader = Reader(study=study, user=user, code=code, specialty=specialty)
        reader.full_clean()
        reader.save()
        Membership.objects.create(study=study, user=user, role=Membership.Role.READER)
        if StudyVideo.objects.filter(study=study).exists():
            draw_orders(reader=reader)
        details = {"code": code, "specialty": specialty}
        record(action=Action.READER_ENROLLED, actor=by, study=study, target=user, details=details)
    return reader


def _locked(study: Study) -> Study:
    """The study as it is now; changes of its form, people, roles and videos take turns."""
    return Study.objects.select_for_update(no_key=True).get(pk=study.pk)
