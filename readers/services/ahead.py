"""Let a reader's browser fetch the frames of the next case while the present one is judged."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User

from readers.models import Action, Assignment, Prefetch
from readers.selectors.access import shown_assignment
from readers.selectors.ahead import next_assignment
from readers.services.attempts import reading
from readers.services.audit import record
from readers.services.reading import take_turn


def allow_ahead(*, public_id: UUID, by: User) -> Assignment | None:
    """Put on record that the frames of the case after this opened one may be fetched; None if there is none.

    Asking again records nothing. Raises the refusal of a case that is not the reader's or not opened.
    """
    with reading(attempt="allow_ahead", public_id=public_id, by=by):
        take_turn(public_id)
        following = next_assignment(shown_assignment(user=by, public_id=public_id))
        if following is None or hasattr(following, "prefetch"):
            return following
        prefetch = Prefetch(assignment=following)
        prefetch.full_clean()
        prefetch.save()
        record(
            action=Action.CASE_FETCHED_AHEAD,
            actor=by,
            study=following.reader.study,
            target=following,
            details={"phase": following.phase},
        )
    return following
