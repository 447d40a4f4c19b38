"""Pseudonyms: the same person has the same one in every cohort, and only the key can make it again."""

from __future__ import annotations

import hashlib
import hmac

LENGTH = 32


def pseudonym(key: bytes, identity: str) -> str:
    """Return the first 128 bits of HMAC-SHA256(``key``, ``identity``) in hex (RFC 2104, section 5).

    Without the key nobody can try patient numbers until one fits; the identity itself is never stored.
    """
    return hmac.new(key, identity.strip().encode(), hashlib.sha256).hexdigest()[:LENGTH]
