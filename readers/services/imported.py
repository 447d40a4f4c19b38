"""Answers that were given elsewhere: one event covers them all, so that a later change is found."""

from __future__ import annotations

from django.contrib.auth.models import User

from readers.models import Action, Answer, AuditEvent, Study
from readers.protocol.answers import answers_sha256
from readers.selectors.answers import hash_of
from readers.services.audit import record


def record_imported_answers(*, study: Study, by: User | None) -> AuditEvent:
    """Put on record the answers of a study that has none but imported ones; once, in their transaction."""
    answers = Answer.objects.filter(assignment__reader__study=study)
    hashes = [hash_of(answer) for answer in answers.select_related("assignment", "criterion")]
    return record(
        action=Action.ANSWERS_IMPORTED,
        actor=by,
        study=study,
        target=study,
        details={"n": len(hashes), "sha256": answers_sha256(hashes)},
    )
