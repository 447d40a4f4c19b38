"""Pause, return, withdrawal and replacement of a reader: each with its reason, none undone.

The reason is free text: it stays in the row, and the audit trail names the row. An act of a coordinator to
whom the results were open says so, on record and in the analysis bundle.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from readers.errors import SetupError
from readers.models import Action, Reader, ReaderEvent, Study
from readers.permissions import may_see_results, require_coordinator
from readers.protocol.participation import Event, State, possible_events
from readers.selectors.participation import state_of
from readers.services.audit import record
from readers.services.studies import enrol_reader


def pause_reader(*, reader: Reader, reason: str, by: User) -> ReaderEvent:
    """Close every video to a reader for a while. The washout runs on: it counts from what was seen."""
    return _happen(reader=reader, event=Event.PAUSED, reason=reason, by=by)


def resume_reader(*, reader: Reader, reason: str, by: User) -> ReaderEvent:
    """Let a paused reader go on where the pause began."""
    return _happen(reader=reader, event=Event.RESUMED, reason=reason, by=by)


def withdraw_reader(*, reader: Reader, reason: str, by: User) -> ReaderEvent:
    """End a reader's part for good. What was submitted stays on record, marked as a withdrawn reader's."""
    return _happen(reader=reader, event=Event.WITHDRAWN, reason=reason, by=by)


def replace_reader(*, reader: Reader, user: User, code: str, specialty: str, reason: str, by: User) -> Reader:
    """Enrol a new reader in the place of one who withdrew; returns the new one.

    The new reader inherits nothing: an own code, an own order drawn from it, and both phases from the start.
    """
    with transaction.atomic():
        # Rows before the audit trail: whoever waits for them must not hold what this waits for.
        Study.objects.select_for_update(no_key=True).get(pk=reader.study_id)
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        successor = enrol_reader(study=reader.study, user=user, code=code, specialty=specialty, by=by)
        _happen(reader=reader, event=Event.REPLACED, reason=reason, by=by, successor=successor)
    return successor


def _impossible(reader: Reader, state: State, event: Event) -> str:
    is_now = _("taking part") if state is State.ACTIVE else ReaderEvent.Kind(state).label
    words = {"code": reader.code, "state": is_now, "event": ReaderEvent.Kind(event).label}
    return _("%(code)s is %(state)s and so cannot be %(event)s.") % words


def _happen(
    *, reader: Reader, event: Event, reason: str, by: User, successor: Reader | None = None
) -> ReaderEvent:
    require_coordinator(user=by, study=reader.study)
    if not reason.strip():
        raise SetupError(_("Give the reason: it goes on record with the act."))
    with transaction.atomic():
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        state = state_of(reader)
        if event not in possible_events(state):
            raise SetupError(_impossible(reader, state, event))
        happened = ReaderEvent(
            reader=reader,
            kind=event,
            reason=reason.strip(),
            by=by,
            successor=successor,
            unblinded=may_see_results(user=by, study=reader.study),
        )
        happened.full_clean()
        happened.save()
        details = {"code": reader.code, "event": happened.pk, "unblinded": happened.unblinded}
        if successor:
            details["successor"] = successor.code
        record(action=Action(f"reader.{event}"), actor=by, study=reader.study, target=reader, details=details)
    return happened
