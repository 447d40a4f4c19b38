"""Which patients a model trains on, is tuned on and tested on: by a salted hash, so that it never changes."""

from __future__ import annotations

import hashlib

SHARES = (("train", 0.8), ("val", 0.1), ("test", 0.1))


def split_of(salt: str, patient: str) -> str:
    """Return train (80 %), val (10 %) or test (10 %): all images of a ``patient`` are in the same one.

    The first 64 bits of SHA-256 of salt and pseudonym, as a fraction of 2^64: whoever else is in the cohort,
    now or later, moves nobody.
    """
    place = int.from_bytes(hashlib.sha256(f"{salt}:{patient}".encode()).digest()[:8]) / 2**64
    for name, share in SHARES:
        if place < share:
            return name
        place -= share
    return SHARES[-1][0]
