"""Chance that can be repeated: permutations drawn from SHA-256 of a recorded text, through numpy's PCG64.

Only the raw bit stream is used, which numpy promises never to change (NEP 19), so that a draw can be repeated
from its record by any version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeVar

from numpy.random import PCG64

# What was drawn by another algorithm is never drawn anew; the number grows with any change of a draw.
ALGORITHM = "sha256-pcg64-fisher-yates/2"
T = TypeVar("T")


def seed_of(key: str) -> int:
    """SHA-256 of `key` as a 256-bit integer, the seed given to PCG64."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")


def shuffled(items: Iterable[T], *, key: str) -> list[T]:
    """A uniform permutation of `items` that depends on `key` alone (Fisher and Yates, no modulo bias)."""
    bits = PCG64(seed_of(key))
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        chosen = _below(last + 1, bits)
        result[last], result[chosen] = result[chosen], result[last]
    return result


def _below(bound: int, bits: PCG64) -> int:
    limit = 2**64 - 2**64 % bound
    while (raw := int(bits.random_raw())) >= limit:
        pass
    return raw % bound
