"""Why a study's set-up, consensus, signatures, mail or invitations do not go on."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from readers.errors.base import ProtocolError


class SetupError(ProtocolError):
    """A study cannot be set up as asked; the sentence names the setting and the reason."""

    code = "setup"
    status = 400


class NothingToSign(ProtocolError):
    """What a person wants to sign does not exist yet, or is past signing."""

    code = "nothing_to_sign"
    status = 409


class RecordChanged(ProtocolError):
    """The record is not the one that the person had on the screen."""

    code = "record_changed"
    status = 409
    sentence = _(
        "What you are about to sign has changed since you opened the page. Read it again, then sign."
    )


class WrongPassword(ProtocolError):
    """A signature with a password that is not the person's."""

    code = "wrong_password"
    sentence = _("That is not your password; nothing was signed. Type it again.")


class TooManyAttempts(ProtocolError):
    """A signature after several wrong passwords."""

    code = "too_many_attempts"
    status = 429

    def __init__(self, wait: timedelta) -> None:
        minutes = -(-int(wait.total_seconds()) // 60)
        super().__init__(
            _("Too many wrong passwords. You can try again in %(minutes)d minutes.") % {"minutes": minutes}
        )


class RoomClosed(ProtocolError):
    """The consensus room is not open, or not any more."""

    code = "room_closed"
    status = 409


class ActRefused(ProtocolError):
    """An act that cannot follow in the consensus room; the sentence says why."""

    code = "act_refused"
    status = 409


class NotesClosed(ProtocolError):
    """A note, or its retraction, after the phase to which it belongs."""

    code = "notes_closed"
    status = 409
    sentence = _(
        "Your exploratory phase is finished and its notes are pooled: none can be added or taken back."
    )


class ObservationInvalid(ProtocolError):
    """A note that does not fit its video; the sentence names the part and the reason."""

    code = "observation_invalid"
    status = 400


class MailNotSent(ProtocolError):
    """A mail could not be handed to the mail server; the sentence says why."""

    code = "mail_not_sent"
    status = 502


class InvitationEnded(ProtocolError):
    """The link of an invitation that expired, was used, revoked or sent again."""

    code = "invitation_ended"
    status = 410
    sentence = _(
        "This invitation has ended: it was used, sent again, withdrawn, or its time is over. Ask the "
        "coordinator of the study for a new one."
    )
