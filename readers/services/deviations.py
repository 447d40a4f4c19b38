"""The deviations log: what did not go by the protocol, noted by the system or by hand."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from readers.errors import SetupError
from readers.models import Action, Deviation, Reader, Study
from readers.permissions import require_coordinator
from readers.services.audit import record

BY_HAND = Deviation.Kind.NOTE


def note_deviation(*, study: Study, text: str, by: User, reader: Reader | None = None) -> Deviation:
    """Note a deviation by hand, of one reader or of the study as a whole."""
    require_coordinator(user=by, study=study)
    if reader is not None and reader.study_id != study.pk:
        raise SetupError(_("The reader belongs to another study."))
    if not text.strip():
        raise SetupError(_("Say what happened: an entry of the log needs its text."))
    with transaction.atomic():
        return _note(Deviation(study=study, reader=reader, kind=BY_HAND, text=text.strip(), by=by), actor=by)


def note_automatically(*, kind: str, reader: Reader, text: str, source: str) -> Deviation:
    """Note what the system found, once for each `source` (a name such as "unlock:12"); gives back the entry.

    The text must not tell a score: coordinators read the log while they are blind to answers.
    """
    with transaction.atomic():
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        if known := Deviation.objects.filter(source=source).first():
            return known
        entry = Deviation(study_id=reader.study_id, reader=reader, kind=kind, text=text, source=source)
        return _note(entry, actor=None)


def _note(entry: Deviation, *, actor: User | None) -> Deviation:
    entry.full_clean()
    entry.save()
    details = {"kind": entry.kind, "code": entry.reader.code if entry.reader else ""}
    record(action=Action.DEVIATION_NOTED, actor=actor, study=entry.study, target=entry, details=details)
    return entry
