"""What every refusal has, and the refusals that any act can meet."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ProtocolError(Exception):
    """Base of all refusals; `str(error)` is the sentence, `status` the HTTP status that carries it.

    A refusal that is always the same has its `sentence` in the class, in the language of whoever is refused.
    """

    code = "refused"
    status = 403
    sentence: Promise | str = ""

    def __init__(self, sentence: Promise | str = "") -> None:
        super().__init__(str(sentence or self.sentence))


class NoSuchCase(ProtocolError):
    """There is no such assignment, or it is another reader's: the two must look alike."""

    code = "not_found"
    status = 404
    sentence = _("There is no such case among yours.")


class NoSuchStudy(ProtocolError):
    """There is no such study, or the person has no part in it: the two must look alike."""

    code = "not_found"
    status = 404
    sentence = _("There is no such study among yours.")


class RoleRequired(ProtocolError):
    """The person does not have the role that this act needs."""

    code = "role_required"
