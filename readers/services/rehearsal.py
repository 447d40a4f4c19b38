"""Rehearsals: a study tried out beforehand, with its own people and videos and a clock that can be moved."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from readers.errors import SetupError
from readers.models import Action, Study
from readers.permissions import require_coordinator
from readers.protocol.document import fields
from readers.protocol.transitions import Cause
from readers.selectors.protocol import protocol_of
from readers.services.audit import record
from readers.services.phases import phases_entered
from readers.services.setup import new_seed
from readers.services.studies import create_study, set_criteria

SLUG_LENGTH = 50


def rehearse(*, study: Study, by: User) -> Study:
    """Make a rehearsal of a study: its protocol and criteria, another seed, nobody and no video of it.

    A rehearsal stays one: it carries a notice on every page, nothing of it is exported, nobody who reads the
    study takes part in it, and its clock alone can be moved. Raises `SetupError` for one of a rehearsal.
    """
    require_coordinator(user=by, study=study)
    if study.rehearsal_of_id is not None:
        raise SetupError(_("This is a rehearsal already: rehearse the study itself."))
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        number = study.rehearsals.count() + 1
        ending = f"-rehearsal-{number}"
        protocol = protocol_of(study)
        made = create_study(
            by=by,
            rehearsal_of=study,
            **fields(protocol)
            | {
                "slug": study.slug[: SLUG_LENGTH - len(ending)] + ending,
                "title": _("Rehearsal %(number)d: %(title)s") % {"number": number, "title": study.title},
                "notice": _("Rehearsal: nothing here counts, and nothing of it is exported."),
                "allocation_seed": new_seed(),
            },
        )
        if protocol.criteria:
            set_criteria(study=made, criteria=protocol.criteria, by=by)
        record(action=Action.REHEARSAL_MADE, actor=by, study=made, target=made, details={"of": study.slug})
    return made


def move_clock(*, study: Study, days: int, by: User) -> Study:
    """Let `days` (1 or more) of a rehearsal's washout count as passed; never more of them than it has.

    Times on record stay the server's: only the day on which blinded videos open comes nearer. Raises
    `SetupError` for a study that is no rehearsal, as the database would.
    """
    require_coordinator(user=by, study=study)
    if study.rehearsal_of_id is None:
        raise SetupError(_("Only the clock of a rehearsal can be moved: in a study the washout has to pass."))
    if days < 1:
        raise SetupError(_("Move the clock on by one day or more."))
    with transaction.atomic():
        moved = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        with phases_entered(study=moved, cause=Cause.TIME, by=by):
            moved.clock_days = min(moved.washout_days, moved.clock_days + days)
            moved.save(update_fields=["clock_days"])
        details = {"days": days, "clock_days": moved.clock_days}
        record(action=Action.CLOCK_MOVED, actor=by, study=moved, target=moved, details=details)
    study.refresh_from_db()
    return study
