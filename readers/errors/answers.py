"""Why an answer, a submission, a log or an unlock is not taken."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from readers.errors.base import ProtocolError


class AlreadySubmitted(ProtocolError):
    """The case was submitted and its answers are locked."""

    code = "submitted"
    status = 409
    sentence = _("You have submitted this video; its answers are locked.")


class NoForm(ProtocolError):
    """An answer to an exploratory case."""

    code = "no_form"
    status = 409
    sentence = _(
        "Only blinded videos are scored. This one is looked at: the criteria come from what is seen."
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
    sentence = _(
        "This idempotency key already belongs to a different answer. Use a new key for a new answer."
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
    sentence = _(
        "The form on your screen is not the study's current one. Reload the page and check your answers."
    )


class ReasonMissing(ProtocolError):
    """ "Cannot judge", or an unlock, without a reason."""

    code = "reason_missing"
    status = 400
    sentence = _("Say why in a few words: without a reason nobody can tell what it means.")


class NothingToWithdraw(ProtocolError):
    """An undo where nothing was answered."""

    code = "nothing_to_withdraw"
    status = 409
    sentence = _("There is no answer to take back.")


class AnsweredElsewhere(ProtocolError):
    """An answer that would supersede a later one, which its reader had not before the eyes."""

    code = "answered_elsewhere"
    status = 409
    sentence = _(
        "This criterion was answered in another window in the meantime. That answer stands and is "
        "shown here; answer again to change it."
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
    sentence = _("This sitting belongs to another case: reload the page.")


class NotSubmitted(ProtocolError):
    """An unlock of a case that is open."""

    code = "not_submitted"
    status = 409
    sentence = _("This case is not submitted: there is nothing to unlock.")


class UnlockRefused(ProtocolError):
    """An unlock of an exploratory case, of one's own, or of a reader who has left."""

    code = "unlock_refused"
    sentence = _("Only blinded cases of other people who have not left the study can be unlocked.")
