"""Signatures: what they say, the seal that binds one to a person, a time and a record, and how often to try.

A signature binds a printed name, a UTC time, a meaning and the hash of what was signed (21 CFR 11.50, 11.70).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from readers.protocol.canonical import sha256_of

ATTEMPTS = 5
ATTEMPTS_WITHIN = timedelta(minutes=15)


class Meaning(StrEnum):
    """What a signature says."""

    PROTOCOL = "protocol"
    FORM = "form"
    ANSWERS = "answers"


@dataclass(frozen=True)
class Signed:
    """What a seal covers: who (primary key, name as printed), when (UTC), saying what, about what."""

    user: int
    printed_name: str
    signed_at: datetime
    study: int
    meaning: str
    target_type: str
    target_id: str
    sha256: str


def seal(signed: Signed) -> str:
    """SHA-256 (hex) over all that a signature binds: a row altered past the guards differs from it."""
    return sha256_of({**asdict(signed), "signed_at": signed.signed_at.astimezone(UTC).isoformat()})


def wait_before_next_attempt(failures: Sequence[datetime], *, now: datetime) -> timedelta | None:
    """How long a person must wait after wrong passwords at these times; None when another try is allowed.

    Five wrong passwords within a quarter of an hour close signing until the first of them is that old.
    """
    recent = sorted(moment for moment in failures if moment > now - ATTEMPTS_WITHIN)
    if len(recent) < ATTEMPTS:
        return None
    return recent[-ATTEMPTS] + ATTEMPTS_WITHIN - now
