"""What the protocol refuses. Each error has a code for programs and a sentence for the person."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _


class ProtocolError(Exception):
    """Base of all refusals; `str(error)` is the sentence, `status` the HTTP status that carries it."""

    code = "refused"
    status = 403


class NoSuchCase(ProtocolError):
    """There is no such assignment, or it is another reader's: the two must look alike."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such case among yours."))


class RoleRequired(ProtocolError):
    """The person does not have the role that this act needs."""

    code = "role_required"


class TrainingClosed(ProtocolError):
    """A training video is asked for after the training."""

    code = "training_closed"

    def __init__(self) -> None:
        super().__init__(
            "Your training is finished, and its videos are closed. Continue with your study videos."
        )


class TrainingUnfinished(ProtocolError):
    """A study video is asked for during the training."""

    code = "training_unfinished"

    def __init__(self) -> None:
        super().__init__(_("Finish your training videos first: they show how the viewer works."))


class ReaderPaused(ProtocolError):
    """A paused reader asks for a case."""

    code = "reader_paused"

    def __init__(self) -> None:
        super().__init__(
            _(
                "The coordinator has paused your reading. All that you have answered is kept, and you go on "
                "from there once the pause is over."
            )
        )


class ReaderWithdrawn(ProtocolError):
    """A withdrawn reader asks for a case."""

    code = "reader_withdrawn"

    def __init__(self) -> None:
        super().__init__(
            _(
                "You no longer take part in this study. What you had submitted stays on its record; its "
                "videos are closed to you."
            )
        )


class StudyArchived(ProtocolError):
    """An act in an archived study."""

    code = "study_archived"

    def __init__(self) -> None:
        super().__init__(
            _("This study is archived: it can be looked at, and nothing in it can be done or changed.")
        )


class ExploratoryClosed(ProtocolError):
    """An exploratory video is asked for after the exploratory phase."""

    code = "exploratory_closed"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Your exploratory phase is finished. Opening one of its videos again would restart the "
                "washout, so they stay closed."
            )
        )


class BlindedBegun(ProtocolError):
    """An exploratory video is asked for after a blinded one was seen."""

    code = "blinded_begun"

    def __init__(self) -> None:
        super().__init__(
            _("You have seen a blinded video: exploratory ones would colour your answers and stay closed.")
        )


class ExploratoryUnfinished(ProtocolError):
    """A blinded video is asked for during the exploratory phase."""

    code = "exploratory_unfinished"

    def __init__(self) -> None:
        super().__init__(
            _("Finish your exploratory videos first: the blinded phase comes after them and a washout.")
        )


class ProtocolNotSigned(ProtocolError):
    """The first video of a study is asked for before the coordinator has signed its protocol."""

    code = "protocol_not_signed"

    def __init__(self) -> None:
        super().__init__(
            _("The study has not begun yet: its coordinator signs the protocol before the first video.")
        )


class FormNotLocked(ProtocolError):
    """A blinded video is asked for before the form is final."""

    code = "form_not_locked"

    def __init__(self) -> None:
        super().__init__(
            _("The criteria are not final yet. The coordinator locks the form before the blinded phase.")
        )


class WashoutNotOver(ProtocolError):
    """A blinded video is asked for before the washout has ended."""

    code = "washout"

    def __init__(self, opens_at: datetime) -> None:
        self.opens_at = opens_at
        super().__init__(
            _("The washout is not over: your blinded videos open on %(date)s at %(time)s UTC.")
            % {"date": date_format(opens_at, "DATE_FORMAT"), "time": f"{opens_at:%H:%M:%S}"}
        )


class NotYourTurn(ProtocolError):
    """A case is asked for out of the reader's recorded order."""

    code = "not_current"

    def __init__(self) -> None:
        super().__init__(_("This case comes later in your order. Continue with the current one."))


class NotOpened(ProtocolError):
    """Frames, an answer or a submission of a case that was never opened."""

    code = "not_opened"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("Open the case first: nothing of it may be seen or answered without a record of the viewing.")
        )


class AlreadySubmitted(ProtocolError):
    """The case was submitted and its answers are locked."""

    code = "submitted"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("You have submitted this video; its answers are locked."))


class NoForm(ProtocolError):
    """An answer to an exploratory case."""

    code = "no_form"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("Only blinded videos are scored. This one is looked at: the criteria come from what is seen.")
        )


class UnknownCriterion(ProtocolError):
    """The form has no criterion of this key."""

    code = "unknown_criterion"
    status = 404

    def __init__(self, key: str) -> None:
        super().__init__(_("The form has no criterion “%(key)s”.") % {"key": key})


class ScoreOutOfScale(ProtocolError):
    """A score that is no code of the scale."""

    code = "score_out_of_scale"
    status = 400

    def __init__(self, score: object) -> None:
        super().__init__(
            _("%(score)s is not on the scale: answer with a code from 1 to 5.") % {"score": repr(score)}
        )


class KeyReused(ProtocolError):
    """An idempotency key that already stands for another answer."""

    code = "key_reused"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("This idempotency key already belongs to a different answer. Use a new key for a new answer.")
        )


class AnswersMissing(ProtocolError):
    """A submission with criteria unanswered."""

    code = "answers_missing"
    status = 409

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(_("Not answered yet: %(names)s.") % {"names": ", ".join(names)})


class StaleForm(ProtocolError):
    """The form that was answered is not the study's form."""

    code = "stale_form"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "The form on your screen is not the study's current one. Reload the page and check your "
                "answers."
            )
        )


class ReasonMissing(ProtocolError):
    """ "Cannot judge", or an unlock, without a reason."""

    code = "reason_missing"
    status = 400

    def __init__(self) -> None:
        super().__init__(_("Say why in a few words: without a reason nobody can tell what it means."))


class NothingToWithdraw(ProtocolError):
    """An undo where nothing was answered."""

    code = "nothing_to_withdraw"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("There is no answer to take back."))


class AnsweredElsewhere(ProtocolError):
    """An answer that would supersede a later one, which its reader had not before the eyes."""

    code = "answered_elsewhere"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "This criterion was answered in another window in the meantime. That answer stands and is "
                "shown here; answer again to change it."
            )
        )


class FramesUnseen(ProtocolError):
    """A submission before all frames were on the screen, where the protocol asks for that."""

    code = "frames_unseen"
    status = 409

    def __init__(self, missing: list[tuple[int, int]]) -> None:
        self.missing = missing
        words = [str(first + 1) if first == last else f"{first + 1}–{last + 1}" for first, last in missing]
        super().__init__(
            _("Look at every frame before you submit. Not shown yet: %(frames)s.")
            % {"frames": ", ".join(words)}
        )


class LogRefused(ProtocolError):
    """A batch of the viewing log that does not belong to this case."""

    code = "log_refused"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("This sitting belongs to another case: reload the page."))


class NotSubmitted(ProtocolError):
    """An unlock of a case that is open."""

    code = "not_submitted"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("This case is not submitted: there is nothing to unlock."))


class UnlockRefused(ProtocolError):
    """An unlock of an exploratory case, of one's own, or of a reader who has left."""

    code = "unlock_refused"

    def __init__(self) -> None:
        super().__init__(_("Only blinded cases of other people who have not left the study can be unlocked."))


class SetupError(ProtocolError):
    """A study cannot be set up as asked; the sentence names the setting and the reason."""

    code = "setup"
    status = 400


class NoSuchStudy(ProtocolError):
    """There is no such study, or the person has no part in it: the two must look alike."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such study among yours."))


class NothingToSign(ProtocolError):
    """What a person wants to sign does not exist yet, or is past signing."""

    code = "nothing_to_sign"
    status = 409


class RecordChanged(ProtocolError):
    """The record is not the one that the person had on the screen."""

    code = "record_changed"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("What you are about to sign has changed since you opened the page. Read it again, then sign.")
        )


class WrongPassword(ProtocolError):
    """A signature with a password that is not the person's."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__(_("That is not your password; nothing was signed. Type it again."))


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

    def __init__(self) -> None:
        super().__init__(
            _("Your exploratory phase is finished and its notes are pooled: none can be added or taken back.")
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

    def __init__(self) -> None:
        super().__init__(
            _(
                "This invitation has ended: it was used, sent again, withdrawn, or its time is over. Ask the "
                "coordinator of the study for a new one."
            )
        )
