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
from readers.protocol.answers import AnswerKind, Said
from readers.protocol.phases import Phase
from readers.protocol.transitions import Cause
from readers.selectors.access import (
    readable_assignment,
    restarts_washout,
    viewed_assignment,
)
from readers.selectors.answers import hash_of, latest_answer, said, unanswered
from readers.selectors.facts import facts_of
from readers.selectors.own_case import own_assignment
from readers.selectors.submissions import standing_submission
from readers.selectors.viewing import check_frames_seen
from readers.services.attempts import reading
from readers.services.audit import record
from readers.services.deviations import note_automatically
from readers.services.findings import note_long_session
from readers.services.phases import note_first_blinded_viewing, phases_entered


def open_case(*, public_id: UUID, by: User) -> Exposure:
    """Record that the reader opens the case now; only then are its frames served."""
    with reading(attempt="open_case", public_id=public_id, by=by):
        take_turn(public_id)
        assignment = readable_assignment(user=by, public_id=public_id)
        again = restarts_washout(assignment)
        with phases_entered(reader=assignment.reader, cause=Cause.REOPENING, by=by):
            exposure = Exposure(assignment=assignment, opened_at=not_before_the_record(timezone.now()))
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
    *,
    public_id: UUID,
    criterion_key: str,
    idempotency_key: UUID,
    by: User,
    score: int | None = None,
    kind: str = AnswerKind.SCORE,
    reason: str = "",
    base_version: int | None = None,
) -> Answer:
    """Store an answer as shown; a changed answer, also an undo (`withdrawn`), becomes a new version.

    The same `idempotency_key` with the same content gives back the stored answer, also after the submission,
    so that a request whose reply was lost can be sent again. What changes nothing stores nothing.
    `base_version`: the version that the reader had before the eyes (0: none); a later one is never superseded
    unseen (`AnsweredElsewhere`). None: whatever there is is superseded.
    """
    new = Said(AnswerKind(kind), score, reason.strip())
    with reading(attempt="save_answer", public_id=public_id, by=by):
        take_turn(public_id)
        assignment = own_assignment(user=by, public_id=public_id)
        if replayed := Answer.objects.filter(idempotency_key=idempotency_key).first():
            same = (replayed.assignment_id, replayed.criterion.key, said(replayed))
            if same != (assignment.pk, criterion_key, new):
                raise errors.KeyReused
            return replayed
        assignment = viewed_assignment(user=by, public_id=public_id)
        if assignment.phase != Phase.BLINDED:
            raise errors.NoForm
        if not new.fits_scale:
            raise errors.ScoreOutOfScale(score)
        if new.kind is AnswerKind.CANNOT_JUDGE and not new.reason:
            raise errors.ReasonMissing
        criterion = _criterion(assignment, criterion_key)
        current = latest_answer(assignment, criterion)
        if not new.adds_to(said(current) if current else None):
            if current is None:
                raise errors.NothingToWithdraw
            return current
        version = current.version if current else 0
        if base_version is not None and base_version != version:
            raise errors.AnsweredElsewhere
        answer = Answer(
            assignment=assignment,
            criterion=criterion,
            version=version + 1,
            kind=new.kind,
            score=score,
            answered_by=assignment.reader.user,
            idempotency_key=idempotency_key,
            reason=new.reason,
        )
        answer.full_clean()
        answer.save()
        _record(
            Action.ANSWER_SAVED,
            assignment,
            by,
            criterion=criterion.key,
            version=answer.version,
            sha256=hash_of(answer),
        )
    return answer


def submit_case(*, public_id: UUID, form_sha256: str, by: User) -> Submission:
    """Finish a case and lock its answers. Submitting again gives back the submission that stands.

    `form_sha256` is the form that the reader had on the screen ('' for a case without a form). After an
    unlock the submission is a new version.
    """
    with reading(attempt="submit_case", public_id=public_id, by=by):
        take_turn(public_id)
        assignment = own_assignment(user=by, public_id=public_id)
        if done := standing_submission(assignment):
            return done
        assignment = viewed_assignment(user=by, public_id=public_id)
        if assignment.phase == Phase.BLINDED:
            if form_sha256 != assignment.reader.study.form_sha256:
                raise errors.StaleForm
            if missing := unanswered(assignment):
                raise errors.AnswersMissing(missing)
        elif form_sha256:
            raise errors.NoForm
        check_frames_seen(assignment)
        version = assignment.submissions.count() + 1
        with phases_entered(reader=assignment.reader, cause=Cause.SUBMISSION, by=by):
            submission = Submission(assignment=assignment, version=version, form_sha256=form_sha256)
            submission.full_clean()
            submission.save()
            _record(Action.CASE_SUBMITTED, assignment, by, form_sha256=form_sha256, version=version)
        note_long_session(assignment.reader)
    return submission


def take_turn(public_id: UUID) -> None:
    """A reader's tabs take turns, whatever cases they show: else an exploratory and a blinded one could open
    side by side. A row lock on PostgreSQL; SQLite's IMMEDIATE transactions already do."""
    Reader.objects.select_for_update(no_key=True).filter(assignments__public_id=public_id).first()


def not_before_the_record(now: datetime) -> datetime:
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
