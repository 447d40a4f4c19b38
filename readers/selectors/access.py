"""The one place that decides whether a reader may open a case. Page, API and frames all ask here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from readers import errors
from readers.models import Assignment, Reader
from readers.protocol.participation import state_after
from readers.protocol.phases import Facts, Phase, phase_of
from readers.selectors.facts import facts_of
from readers.selectors.own_case import OwnCase, own_assignment
from readers.selectors.participation import check_state
from readers.selectors.submissions import unsubmitted

# How long after its opening the frames of an exploratory video are served.
VIEWING = timedelta(hours=1)


def readable_assignment(*, user: User, public_id: UUID) -> OwnCase:
    """The person's own assignment, if it may be opened now; else the `ProtocolError` that says why."""
    assignment = own_assignment(user=user, public_id=public_id)
    _check_may_open(assignment)
    return assignment


def viewed_assignment(*, user: User, public_id: UUID) -> OwnCase:
    """As `readable_assignment`, and a viewing is on record: without one nothing can be answered."""
    assignment = readable_assignment(user=user, public_id=public_id)
    if assignment.last_opened is None:
        raise errors.NotOpened
    return assignment


def shown_assignment(*, user: User, public_id: UUID) -> OwnCase:
    """As `viewed_assignment`; without this no frame leaves the server.

    An exploratory video must have been opened within `VIEWING`: the washout is counted from openings, and a
    frame that left later would be seen without moving it.
    """
    assignment = viewed_assignment(user=user, public_id=public_id)
    opened = assignment.last_opened
    if assignment.phase == Phase.EXPLORATORY and opened and timezone.now() - opened > VIEWING:
        raise errors.NotOpened
    return assignment


def restarts_washout(assignment: Assignment) -> bool:
    """True if opening this case, which may be opened, is a second look after the exploratory phase."""
    if assignment.phase != Phase.EXPLORATORY:
        return False
    facts = facts_of(assignment.reader)
    return facts.exploratory_submitted >= facts.n_exploratory


def _check_may_open(assignment: OwnCase) -> None:
    """Raise the reason why this case may not be opened now.

    Nothing opens for a reader who is paused or withdrawn, and nothing in an archived study or in one whose
    protocol is not signed before its first video.

    Training cases are open during the training. Exploratory cases are open during the exploratory phase; a
    later look restarts the washout, so the protocol must allow it, and no blinded video may have been seen.
    Blinded cases are open in the blinded phase until submitted. In each, cases are taken in the recorded
    order: only the current one, and those opened before, can be opened.
    """
    study = assignment.reader.study
    check_state(state_after(assignment.latest_event), study)
    if study.sign_off_required and not assignment.settled:
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
        if assignment.submitted:
            raise errors.AlreadySubmitted
    is_current = assignment.phase == phase and assignment.in_turn and not assignment.submitted
    if not is_current and assignment.last_opened is None:
        raise errors.NotYourTurn


def current_assignment(reader: Reader, phase: Phase) -> Assignment | None:
    """The first case of a phase, in the reader's order, that is not submitted."""
    return unsubmitted(Assignment.objects.filter(reader=reader, phase=phase)).order_by("position").first()


def reopenable_cases(phases: Mapping[Reader, Phase]) -> dict[int, list[UUID]]:
    """Exploratory cases that readers may look at again in these phases, in order, by the reader's key."""
    late = [r for r, phase in phases.items() if phase not in (Phase.TRAINING, Phase.EXPLORATORY)]
    allowed = [reader.pk for reader in late if reader.study.reopen_exploratory]
    cases = Assignment.objects.filter(reader__in=allowed, phase=Phase.EXPLORATORY)
    found: dict[int, list[UUID]] = {}
    for case in cases.exclude(reader__in=_blinded_begun(allowed).values("reader")).order_by("position"):
        found.setdefault(case.reader_id, []).append(case.public_id)
    return found


def _check_may_reopen(reader: Reader) -> None:
    """Exploratory cases are closed after their phase, but for a protocol that lets the washout restart."""
    if not reader.study.reopen_exploratory:
        raise errors.ExploratoryClosed
    if _blinded_begun([reader.pk]).exists():
        raise errors.BlindedBegun


def _blinded_begun(readers: list[int]) -> QuerySet[Assignment]:
    """Blinded cases of these readers that were opened."""
    return Assignment.objects.filter(reader__in=readers, phase=Phase.BLINDED, exposures__isnull=False)


def _check_blinded_phase(phase: Phase, facts: Facts) -> None:
    if phase is Phase.EXPLORATORY:
        raise errors.ExploratoryUnfinished
    if phase is Phase.CONSENSUS or facts.opens_at is None:
        raise errors.FormNotLocked
    if phase is Phase.WASHOUT:
        raise errors.WashoutNotOver(facts.opens_at)
