"""Whether the stored answers are those that the audit trail saw."""

from __future__ import annotations

from collections import defaultdict

from readers.models import Action, Answer, AuditEvent
from readers.protocol.answers import answers_sha256
from readers.selectors.answers import hash_of

Key = tuple[str, str, int]  # opaque id of the case, criterion, version


def altered_answers() -> tuple[int, list[str]]:
    """How many answers are stored, and a sentence for each that is not as it was saved.

    Every answer has an event with its hash; answers that were loaded from elsewhere have one event together.
    """
    saved = _hashes_on_record()
    loose: defaultdict[int, list[str]] = defaultdict(list)
    findings: list[str] = []
    answers = Answer.objects.select_related("assignment__reader", "criterion").order_by("pk")
    for answer in answers.iterator(chunk_size=2000):
        key = (str(answer.assignment.public_id), answer.criterion.key, answer.version)
        found = hash_of(answer)
        if key not in saved:
            loose[answer.assignment.reader.study_id].append(found)
        elif saved.pop(key) != found:
            findings.append(f"edited: {_name(key)} is not what was saved")
    findings += [f"deleted: {_name(key)} was saved and is gone" for key in sorted(saved)]
    return answers.count(), findings + _not_imported(loose)


def _hashes_on_record() -> dict[Key, str]:
    events = AuditEvent.objects.filter(action=Action.ANSWER_SAVED).values_list("target_id", "details")
    return {
        (case, details["criterion"], details["version"]): details["sha256"]
        for case, details in events.iterator(chunk_size=2000)
    }


def _not_imported(loose: dict[int, list[str]]) -> list[str]:
    events = AuditEvent.objects.filter(action=Action.ANSWERS_IMPORTED).values_list("study", "details")
    imported = {study: details["sha256"] for study, details in events}
    return [
        f"inserted: answers of study {study} ({len(hashes)} without an event) are not those loaded"
        for study, hashes in loose.items()
        if imported.pop(study, None) != answers_sha256(hashes)
    ] + [f"deleted: the answers that were loaded into study {study} are gone" for study in imported]


def _name(key: Key) -> str:
    case, criterion, version = key
    return f"version {version} of “{criterion}” of case {case}"
