"""Why a video is not open to a reader now."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from readers.errors.base import ProtocolError


class TrainingClosed(ProtocolError):
    """A training video is asked for after the training."""

    code = "training_closed"
    sentence = _("Your training is finished, and its videos are closed. Continue with your study videos.")


class TrainingUnfinished(ProtocolError):
    """A study video is asked for during the training."""

    code = "training_unfinished"
    sentence = _("Finish your training videos first: they show how the viewer works.")


class ReaderPaused(ProtocolError):
    """A paused reader asks for a case."""

    code = "reader_paused"
    sentence = _(
        "The coordinator has paused your reading. All that you have answered is kept, and you go on "
        "from there once the pause is over."
    )


class ReaderWithdrawn(ProtocolError):
    """A withdrawn reader asks for a case."""

    code = "reader_withdrawn"
    sentence = _(
        "You no longer take part in this study. What you had submitted stays on its record; its "
        "videos are closed to you."
    )


class StudyArchived(ProtocolError):
    """An act in an archived study."""

    code = "study_archived"
    sentence = _("This study is archived: it can be looked at, and nothing in it can be done or changed.")


class ExploratoryClosed(ProtocolError):
    """An exploratory video is asked for after the exploratory phase."""

    code = "exploratory_closed"
    sentence = _(
        "Your exploratory phase is finished. Opening one of its videos again would restart the "
        "washout, so they stay closed."
    )


class BlindedBegun(ProtocolError):
    """An exploratory video is asked for after a blinded one was seen."""

    code = "blinded_begun"
    sentence = _("You have seen a blinded video: exploratory ones would colour your answers and stay closed.")


class ExploratoryUnfinished(ProtocolError):
    """A blinded video is asked for during the exploratory phase."""

    code = "exploratory_unfinished"
    sentence = _("Finish your exploratory videos first: the blinded phase comes after them and a washout.")


class ProtocolNotSigned(ProtocolError):
    """The first video of a study is asked for before the coordinator has signed its protocol."""

    code = "protocol_not_signed"
    sentence = _("The study has not begun yet: its coordinator signs the protocol before the first video.")


class FormNotLocked(ProtocolError):
    """A blinded video is asked for before the form is final."""

    code = "form_not_locked"
    sentence = _("The criteria are not final yet. The coordinator locks the form before the blinded phase.")


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
    sentence = _("This case comes later in your order. Continue with the current one.")


class NotOpened(ProtocolError):
    """Frames, an answer or a submission of a case that was never opened."""

    code = "not_opened"
    status = 409
    sentence = _(
        "Open the case first: nothing of it may be seen or answered without a record of the viewing."
    )
