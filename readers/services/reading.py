"""Reading: open a case, answer, submit. Each call decides anew whether the case may be opened now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from readers import errors
from readers.models import (
    Action,
    Answer,
    Assignment,
    AuditEvent,
    Criterion,
    Deviation,
    Exposure,
    Reader,
    Submission,
)
from readers.protocol.forms import SCORES
from readers.protocol.phases import Phase
from readers.protocol.transitions import Cause
from readers.selectors.access import (
    is_submitted,
    own_assignment,
    readable_assignment,
    restarts_washout,
    viewed_assignment,
)
from readers.selectors.facts import facts_of
from readers.services.attempts import reading
from readers.services.audit import record
from readers.services.deviations import note_automatically
from readers.services.phases import note_first_blinded_viewing, phases_entered


def open_case(*, public_id: UUID, by: User) -> Exposure:
    """Record that the reader opens the case now; only then are its frames served."""
    with reading(attempt="open_case", public_id=public_id, by=by):
        _take_turn(public_id)
        assignment = readable_assignment(user=by, public_id=public_id)
        again = restarts_washout(assignment)
        with phases_entered(reader=assignment.reader, cause=Cause.REOPENING, by=by):
            exposure = Exposure(assignment=assignment, opened_at=_not_before_the_record(timezone.now()))
            exposure.full_clean()
            exposure.save()
            _record(Action.CASE_OPENED, assignment, by)
        if again:
            opens_at = facts_of(assignment.reader).opens_at
            details = {"opens_at": opens_at.isoformat() if opens_at else ""}
            _record(Action.WASHOUT_RESTARTED, assignment, by, **details)
            note_automatically(
                kind=Deviation.Kind.REOPENED,
                reader=assignment.reader,
                text=f"Exploratory video {assignment.position} was opened again; the washout starts anew.",
                source=f"reopened:{exposure.pk}",
            )
        if assignment.phase == Phase.BLINDED:
            note_first_blinded_viewing(reader=assignment.reader, by=by)
    return exposure


def save_answer(
    *, public_id: UUID, criterion_key: str, score: int, idempotency_key: UUID, by: User, reason: str = ""
) -> Answer:
    """Store an answer as shown; a changed answer becomes a new version.

    The same `idempotency_key` with the same content gives back the stored answer, also after the submission,
    so that a request whose reply was lost can be sent again. The current score again stores nothing.
    """
    with reading(attempt="save_answer", public_id=public_id, by=by):
        _take_turn(public_id)
        assignment = own_assignment(user=by, public_id=public_id)
        if replayed := Answer.objects.filter(idempotency_key=idempotency_key).first():
            same = (replayed.assignment_id, replayed.criterion.key, replayed.score)
            if same != (assignment.pk, criterion_key, score):
                raise errors.KeyReused
            return replayed
        assignment = viewed_assignment(user=by, public_id=public_id)
        if assignment.phase != Phase.BLINDED:
            raise errors.NoForm
        if isinstance(score, bool) or score not in SCORES:
            raise errors.ScoreOutOfScale(score)
        criterion = _criterion(assignment, criterion_key)
        current = Answer.objects.filter(assignment=assignment, criterion=criterion).order_by("version").last()
        if current is not None and current.score == score:
            return current
        answer = Answer(
            assignment=assignment,
            criterion=criterion,
            version=current.version + 1 if current else 1,
            score=score,
            answered_by=assignment.reader.user,
            idempotency_key=idempotency_key,
            reason=reason,
        )
        answer.full_clean()
        answer.save()
        _record(Action.ANSWER_SAVED, assignment, by, criterion=criterion.key, version=answer.version)
    return answer


def submit_case(*, public_id: UUID, form_sha256: str, by: User) -> Submission:
    """Finish a case and lock its answers. Submitting again gives back the first submission.

    `form_sha256` is the form that the reader had on the screen ('' for a case without one).
    """
    with reading(attempt="submit_case", public_id=public_id, by=by):
        _take_turn(public_id)
        assignment = own_assignment(user=by, public_id=public_id)
        if is_submitted(assignment):
            return assignment.submission
        assignment = viewed_assignment(user=by, public_id=public_id)
        if assignment.phase == Phase.BLINDED:
            if form_sha256 != assignment.reader.study.form_sha256:
                raise errors.StaleForm
            if missing := _unanswered(assignment):
                raise errors.AnswersMissing(missing)
        elif form_sha256:
            raise errors.NoForm
        with phases_entered(reader=assignment.reader, cause=Cause.SUBMISSION, by=by):
            submission = Submission(assignment=assignment, form_sha256=form_sha256)
            submission.full_clean()
            submission.save()
            _record(Action.CASE_SUBMITTED, assignment, by, form_sha256=form_sha256)
    return submission


def _take_turn(public_id: UUID) -> None:
    """A reader's tabs take turns, whatever cases they show: else an exploratory and a blinded one could open
    side by side. A row lock on PostgreSQL; SQLite's IMMEDIATE transactions already do."""
    Reader.objects.select_for_update(no_key=True).filter(assignments__public_id=public_id).first()


def _not_before_the_record(now: datetime) -> datetime:
    """`now`, or the time of the last act on record: a clock that was set back must shorten no washout."""
    last = AuditEvent.objects.only("at").last()
    return max(now, last.at) if last else now


def _record(action: Action, assignment: Assignment, by: User, **details: str | int) -> None:
    study = assignment.reader.study
    record(
        action=action,
        actor=by,
        study=study,
        target=assignment,
        details={"phase": assignment.phase, **details},
    )


def _criterion(assignment: Assignment, key: str) -> Criterion:
    criterion = Criterion.objects.filter(study=assignment.reader.study_id, key=key).first()
    if criterion is None:
        raise errors.UnknownCriterion(key)
    return criterion


def _unanswered(assignment: Assignment) -> list[str]:
    criteria = Criterion.objects.filter(study=assignment.reader.study_id).exclude(
        answers__assignment=assignment
    )
    return list(criteria.values_list("name", flat=True))
