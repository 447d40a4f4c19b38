"""Reading: open a case, answer, submit. Each call decides anew whether the case may be opened now."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User

from readers import errors
from readers.models import Action, Answer, Assignment, Criterion, Exposure, Submission
from readers.protocol.forms import SCORES
from readers.protocol.phases import Phase
from readers.selectors.access import is_submitted, own_assignment, readable_assignment, viewed_assignment
from readers.services.audit import reading, record


def open_case(*, public_id: UUID, by: User) -> Exposure:
    """Record that the reader opens the case now; only then are its frames served."""
    with reading(attempt="open_case", public_id=public_id, by=by):
        _take_turn(public_id)
        assignment = readable_assignment(user=by, public_id=public_id)
        exposure = Exposure(assignment=assignment)
        exposure.full_clean()
        exposure.save()
        _record(Action.CASE_OPENED, assignment, by)
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
        submission = Submission(assignment=assignment, form_sha256=form_sha256)
        submission.full_clean()
        submission.save()
        _record(Action.CASE_SUBMITTED, assignment, by, form_sha256=form_sha256)
    return submission


def _take_turn(public_id: UUID) -> None:
    """Two tabs take turns on a case: a row lock on PostgreSQL; SQLite's IMMEDIATE transactions already do."""
    Assignment.objects.select_for_update().filter(public_id=public_id).first()


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
