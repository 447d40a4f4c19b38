"""What can be said of a criterion, and the fingerprint of an answer on record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from readers.protocol.forms import SCORES


class AnswerKind(StrEnum):
    """A score of the scale; no judgement, with its reason; or nothing any more, after an undo."""

    SCORE = "score"
    CANNOT_JUDGE = "cannot_judge"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Said:
    """What one version of an answer says; `score` (1 to 5) is None unless it is a score."""

    kind: AnswerKind
    score: int | None = None
    reason: str = ""

    @property
    def fits_scale(self) -> bool:
        """Whether the score is a code of the scale, and absent where there is none to give."""
        if self.kind is not AnswerKind.SCORE:
            return self.score is None
        return not isinstance(self.score, bool) and self.score in SCORES

    def adds_to(self, current: Said | None) -> bool:
        """Whether saying this after `current` changes anything: the same score needs no second reason."""
        if current is None:
            return self.kind is not AnswerKind.WITHDRAWN
        if (self.kind, self.score) != (current.kind, current.score):
            return True
        return bool(self.reason) and self.reason != current.reason


def answer_sha256(
    *,
    case: str,
    criterion: str,
    version: int,
    said: Said,
    answered_by: int,
    answered_at: datetime,
    idempotency_key: str,
) -> str:
    """SHA-256 (hex) of a stored answer as canonical JSON (sorted keys, no spaces, ASCII).

    The idempotency key is random and known to nobody but the record, so that the hash of a score, of which
    there are five, does not tell the score. `case` is the opaque id, `answered_by` a primary key.
    """
    content = {
        "case": case,
        "criterion": criterion,
        "version": version,
        **vars(said),
        "answered_by": answered_by,
        "answered_at": answered_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "idempotency_key": idempotency_key,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def answers_sha256(hashes: Iterable[str]) -> str:
    """SHA-256 (hex) of many answers together, in whatever order they come."""
    return hashlib.sha256("".join(sorted(hashes)).encode("ascii")).hexdigest()
