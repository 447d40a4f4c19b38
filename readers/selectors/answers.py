"""Answers of a case: the versions that stand, what is still open, and their fingerprints."""

from __future__ import annotations

from readers.models import Answer, Assignment, Criterion
from readers.protocol.answers import AnswerKind, Said, answer_sha256


def said(answer: Answer) -> Said:
    """What a stored version says."""
    return Said(AnswerKind(answer.kind), answer.score, answer.reason)


def latest_answer(assignment: Assignment, criterion: Criterion) -> Answer | None:
    """The version that stands, also an undone one; None if the criterion was never answered."""
    return Answer.objects.filter(assignment=assignment, criterion=criterion).order_by("version").last()


def latest_answers(assignment: Assignment) -> dict[int, Answer]:
    """The versions that stand, by the criterion's primary key."""
    return {a.criterion_id: a for a in Answer.objects.filter(assignment=assignment).order_by("version")}


def unanswered(assignment: Assignment) -> list[str]:
    """Names of the criteria that have neither a score nor a reason why they cannot be judged."""
    standing = latest_answers(assignment)
    answered = {pk for pk, answer in standing.items() if answer.kind != Answer.Kind.WITHDRAWN}
    criteria = Criterion.objects.filter(study=assignment.reader.study_id).exclude(pk__in=answered)
    return list(criteria.values_list("name", flat=True))


def hash_of(answer: Answer) -> str:
    """SHA-256 (hex) of the stored row, as its audit event carries it."""
    return answer_sha256(
        case=str(answer.assignment.public_id),
        criterion=answer.criterion.key,
        version=answer.version,
        said=said(answer),
        answered_by=answer.answered_by_id,
        answered_at=answer.answered_at,
        idempotency_key=str(answer.idempotency_key),
    )
