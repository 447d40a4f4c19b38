"""The acts that the audit trail knows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """Name of an act, and what its event says that the person did."""

    STUDY_CREATED = "study.created", _("created the study and became its coordinator")
    PROTOCOL_CHANGED = "protocol.changed", _("made a new version of the protocol")
    PROTOCOL_COPIED = "protocol.copied", _("took the protocol from another study")
    REHEARSAL_MADE = "rehearsal.made", _("made a rehearsal of a study")
    CLOCK_MOVED = "rehearsal.clock_moved", _("moved the clock of a rehearsal on")
    STUDY_EDITED = "study.edited", _("set or changed settings of the study by hand")
    CRITERIA_SET = "criteria.set", _("replaced the draft criteria")
    CRITERIA_EDITED = "criteria.edited", _("wrote, changed or deleted a draft criterion by hand")
    ROLE_GRANTED = "role.granted", _("gave a person a role in the study")
    READER_ENROLLED = "reader.enrolled", _("enrolled a reader")
    VIDEOS_ALLOCATED = "videos.allocated", _("drew the videos of each phase and the readers' orders")
    FORM_LOCKED = "form.locked", _("locked the form")
    PHASE_ENTERED = "phase.entered", _("moved a reader into another phase")
    WASHOUT_RESTARTED = (
        "washout.restarted",
        _("opened an exploratory video again, which restarts the washout"),
    )
    CASE_OPENED = "case.opened", _("opened a case")
    ANSWER_SAVED = "answer.saved", _("answered a criterion of a case")
    CASE_FETCHED_AHEAD = "case.fetched_ahead", _("fetched the next case's frames, hidden until it is opened")
    CASE_SUBMITTED = "case.submitted", _("submitted a case")
    CASE_UNLOCKED = "case.unlocked", _("unlocked a submitted case")
    ANSWERS_IMPORTED = "answers.imported", _("loaded answers that were given elsewhere")
    READING_REFUSED = "reading.refused", _("tried to open, answer or submit a case and was refused")
    EXPORT = "results.exported", _("exported results of the study")
    OBSERVATION_MADE = "observation.made", _("noted an observation on a case")
    OBSERVATION_RETRACTED = "observation.retracted", _("took an observation back")
    ROOM_ACT = "room.act", _("acted in the consensus room")
    ROOM_REFUSED = "room.refused", _("tried to act in the consensus room and was refused")
    STILL_SEEN = "still.seen", _("looked at a still of an exploratory video in the consensus room")
    SIGNED = "signature.signed", _("signed")
    SIGNATURE_REFUSED = "signature.refused", _("tried to sign and was refused")
    SIGNATURE_VOID = "signature.void", _("changed a signed record, whose signature became void")
    READER_PAUSED = "reader.paused", _("paused a reader")
    READER_RESUMED = "reader.resumed", _("let a paused reader go on")
    READER_WITHDRAWN = "reader.withdrawn", _("withdrew a reader")
    READER_REPLACED = "reader.replaced", _("put a new reader in a withdrawn reader's place")
    READER_REMINDED = "reader.reminded", _("sent a reader a reminder")
    DEVIATION_NOTED = "deviation.noted", _("noted a deviation from the protocol")
    INVITATION_SENT = "invitation.sent", _("invited a person by e-mail")
    INVITATION_REVOKED = "invitation.revoked", _("revoked an invitation")
    INVITATION_ACCEPTED = "invitation.accepted", _("accepted an invitation")
    CALENDAR_RENEWED = "calendar.renewed", _("gave a calendar a new address")
    STUDY_ARCHIVED = "study.archived", _("archived the study")
    STUDY_RESTORED = "study.restored", _("took the study back from the archive")
    TOKEN_MADE = "token.made", _("made an API token")
    TOKEN_REVOKED = "token.revoked", _("revoked an API token")
    SECOND_FACTOR_SET = "second_factor.set", _("set up a second factor")
    SECOND_FACTOR_REMOVED = "second_factor.removed", _("removed a second factor of their own")
    SECOND_FACTOR_RESET = "second_factor.reset", _("took a person's second factors away")
    AUDIT_EXPORTED = "audit.exported", _("exported the audit trail of the study")
