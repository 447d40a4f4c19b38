"""Unlock a submitted case, so that its reader can mend an answer; nothing that was said is lost."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_noop

from readers import errors
from readers.models import Action, Assignment, Deviation, Unlock
from readers.permissions import may_see_results, require_coordinator, studies_of_team
from readers.protocol.participation import LEFT
from readers.protocol.phases import Phase
from readers.protocol.transitions import Cause
from readers.selectors.participation import state_of
from readers.selectors.submissions import standing_submission
from readers.services.audit import record
from readers.services.deviations import note_automatically
from readers.services.phases import phases_entered
from readers.services.reading import take_turn
from readers.services.signing import void_changed

# By whether the results were open to the coordinator.
AFTER_RESULTS = {
    False: "Blinded case {position} was opened again after its submission.",
    True: "Blinded case {position} was opened again after its submission, when the results could be seen.",
}


def unlock_case(*, public_id: UUID, reason: str, by: User) -> Unlock:
    """Let the reader of a submitted blinded case answer again; only a coordinator can, and says why.

    The washout clock is untouched: nothing exploratory can be unlocked. A signature of the reader's finished
    phase is void from here on. An unlock by a coordinator to whom the results are open by then says so, on
    record and in the analysis bundle: whoever has seen results could open the cases that do not fit them.
    Nothing of a reader who has left is unlocked: nobody could submit it again, and its answers would be lost
    to the tables. The reason stays beside the record and off the audit trail, for it is free text.
    """
    with transaction.atomic():
        take_turn(public_id)
        assignment = _assignment_of_team(public_id, by)
        study = assignment.reader.study
        require_coordinator(user=by, study=study)
        if (
            assignment.phase != Phase.BLINDED
            or assignment.reader.user_id == by.pk
            or state_of(assignment.reader) in LEFT
        ):
            raise errors.UnlockRefused
        if not reason.strip():
            raise errors.ReasonMissing
        submission = standing_submission(assignment)
        if submission is None:
            raise errors.NotSubmitted
        with phases_entered(reader=assignment.reader, cause=Cause.UNLOCK, by=by):
            unblinded = may_see_results(user=by, study=study)
            unlock = Unlock(submission=submission, by=by, reason=reason.strip(), unblinded=unblinded)
            unlock.full_clean()
            unlock.save()
            note_automatically(
                kind=Deviation.Kind.UNLOCK,
                reader=assignment.reader,
                text=AFTER_RESULTS[unblinded].format(position=assignment.position),
                source=f"unlock:{unlock.pk}",
            )
            void_changed(study=study, by=by, reason=gettext_noop("A case of the reader was unlocked."))
            record(
                action=Action.CASE_UNLOCKED,
                actor=by,
                study=study,
                target=assignment,
                details={
                    "phase": assignment.phase,
                    "version": submission.version,
                    "unblinded": unblinded,
                },
            )
    return unlock


def _assignment_of_team(public_id: UUID, by: User) -> Assignment:
    """The case, for whoever is in the team of its study; for all others it looks as if there were none."""
    try:
        return Assignment.objects.select_related("reader__study", "reader__user").get(
            public_id=public_id, reader__study__in=studies_of_team(by)
        )
    except Assignment.DoesNotExist:
        raise errors.NoSuchCase from None
