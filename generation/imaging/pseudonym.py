"""Pseudonyms and shifted dates: a person has the same in every cohort, and only the key makes them again."""

from __future__ import annotations

import datetime
import hashlib
import hmac

LENGTH = 32
LONGEST_SHIFT = 3650


def pseudonym(key: bytes, identity: str) -> str:
    """Return the first 128 bits of HMAC-SHA256(``key``, ``identity``) in hex (RFC 2104, section 5).

    Without the key nobody can try patient numbers until one fits; the identity itself is never stored.
    """
    return hmac.new(key, identity.strip().encode(), hashlib.sha256).hexdigest()[:LENGTH]


def hidden(key: bytes, kind: str, identity: str) -> str:
    """Return the pseudonym of a number of some ``kind``; '' for none."""
    return pseudonym(key, f"{kind}:{identity.strip()}") if identity.strip() else ""


def shifted(key: bytes, patient: str, date: datetime.date) -> datetime.date:
    """Return ``date`` moved back by 1 to 3,650 days: the same number for every date of a ``patient``.

    ``patient`` is the pseudonym. Days between two films of a person stay true; the day, its season and its
    weekday do not.
    """
    number = int.from_bytes(hmac.new(key, f"days:{patient}".encode(), hashlib.sha256).digest()[:8])
    return date - datetime.timedelta(days=1 + number % LONGEST_SHIFT)
