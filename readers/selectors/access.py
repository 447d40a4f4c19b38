"""The one place that decides whether a reader may open a case. Page, API and frames all ask here."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from readers import errors
from readers.models import Assignment, Reader
from readers.protocol.phases import Facts, Phase, phase_of
from readers.selectors.facts import facts_of
from readers.selectors.participation import check_takes_part
from readers.selectors.standing import standing_of
from readers.selectors.submissions import unsubmitted

# How long after its opening the frames of an exploratory video are served.
VIEWING = timedelta(hours=1)


def own_assignment(*, user: User, public_id: UUID) -> Assignment:
    """The person's own assignment, open or not; raises `NoSuchCase` for anybody else's."""
    try:
        return Assignment.objects.select_related("reader__study", "reader__user", "study_video__video").get(
            public_id=public_id, reader__user_id=user.pk
        )
    except Assignment.DoesNotExist:
        raise errors.NoSuchCase from None


def readable_assignment(*, user: User, public_id: UUID) -> Assignment:
    """The person's own assignment, if it may be opened now; else the `ProtocolError` that says why."""
    assignment = own_assignment(user=user, public_id=public_id)
    check_may_open(assignment)
    return assignment


def viewed_assignment(*, user: User, public_id: UUID) -> Assignment:
    """As `readable_assignment`, and a viewing is on record: without one nothing can be answered."""
    assignment = readable_assignment(user=user, public_id=public_id)
    if not assignment.exposures.exists():
        raise errors.NotOpened
    return assignment


def shown_assignment(*, user: User, public_id: UUID) -> Assignment:
    """As `viewed_assignment`; without this no frame leaves the server.

    An exploratory video must have been opened within `VIEWING`: the washout is counted from openings, and a
    frame that left later would be seen without moving it.
    """
    assignment = viewed_assignment(user=user, public_id=public_id)
    if assignment.phase == Phase.EXPLORATORY:
        last = assignment.exposures.latest("opened_at").opened_at
        if timezone.now() - last > VIEWING:
            raise errors.NotOpened
    return assignment


def restarts_washout(assignment: Assignment) -> bool:
    """True if opening this case, which may be opened, is a second look after the exploratory phase."""
    if assignment.phase != Phase.EXPLORATORY:
        return False
    facts = facts_of(assignment.reader)
    return facts.exploratory_submitted >= facts.n_exploratory


def check_may_open(assignment: Assignment) -> None:
    """Raise the reason why this case may not be opened now.

    Nothing opens for a reader who is paused or withdrawn, and nothing in an archived study or in one whose
    protocol is not signed before its first video.

    Training cases are open during the training. Exploratory cases are open during the exploratory phase; a
    later look restarts the washout, so the protocol must allow it, and no blinded video may have been seen.
    Blinded cases are open in the blinded phase until submitted. In each, cases are taken in the recorded
    order: only the current one, and those opened before, can be opened.
    """
    standing = standing_of(assignment)
    check_takes_part(assignment.reader, standing.state)
    if not standing.approved:
        raise errors.ProtocolNotSigned
    facts = facts_of(assignment.reader)
    phase = phase_of(facts, now=timezone.now())
    if assignment.phase == Phase.TRAINING:
        if phase is not Phase.TRAINING:
            raise errors.TrainingClosed
    elif phase is Phase.TRAINING:
        raise errors.TrainingUnfinished
    elif assignment.phase == Phase.EXPLORATORY:
        if phase is not Phase.EXPLORATORY:
            _check_may_reopen(assignment.reader)
    else:
        _check_blinded_phase(phase, facts)
        if standing.submitted:
            raise errors.AlreadySubmitted
    if not standing.opened and (phase != assignment.phase or not standing.in_turn):
        raise errors.NotYourTurn


def current_assignment(reader: Reader, phase: Phase) -> Assignment | None:
    """The first case of a phase, in the reader's order, that is not submitted."""
    return unsubmitted(Assignment.objects.filter(reader=reader, phase=phase)).order_by("position").first()


def reopenable_cases(reader: Reader, phase: Phase) -> list[UUID]:
    """Exploratory cases that may be looked at again in this phase of the reader, in the reader's order."""
    cases = Assignment.objects.filter(reader=reader, phase=Phase.EXPLORATORY).order_by("position")
    try:
        if phase in (Phase.TRAINING, Phase.EXPLORATORY):
            return []
        _check_may_reopen(reader)
    except errors.ProtocolError:
        return []
    return list(cases.values_list("public_id", flat=True))


def _check_may_reopen(reader: Reader) -> None:
    """Exploratory cases are closed after their phase, but for a protocol that lets the washout restart."""
    if not reader.study.reopen_exploratory:
        raise errors.ExploratoryClosed
    if Assignment.objects.filter(reader=reader, phase=Phase.BLINDED, exposures__isnull=False).exists():
        raise errors.BlindedBegun


def _check_blinded_phase(phase: Phase, facts: Facts) -> None:
    if phase is Phase.EXPLORATORY:
        raise errors.ExploratoryUnfinished
    if phase is Phase.CONSENSUS or facts.opens_at is None:
        raise errors.FormNotLocked
    if phase is Phase.WASHOUT:
        raise errors.WashoutNotOver(facts.opens_at)
