"""Allocation: which videos go into which phase, in which direction, and in which order each reader sees them.

Everything is drawn from SHA-256 of a recorded text, through numpy's PCG64. Only the raw bit stream is used,
which numpy promises never to change (NEP 19), so a draw can be repeated from its record by any version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from numpy.random import PCG64

from readers.protocol.direction import Direction
from readers.protocol.words import Sentence, gettext_noop

ALGORITHM = "sha256-pcg64-fisher-yates/1"
T = TypeVar("T")


class NotEnoughVideos(ValueError):
    """Fewer videos without a common seed or source than the study asks for; `sentence` says how many."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class Candidate:
    """A video that may be allocated. None as seed or source: it has none, and so shares none."""

    key: Hashable
    noise_seed: int | None
    source: Hashable | None


@dataclass(frozen=True)
class Allocated:
    """One video of a study: its phase and the direction in which every reader sees it."""

    key: Hashable
    phase: str
    direction: Direction


def order_key(allocation_seed: int, reader_code: str, phase: str) -> str:
    """Text whose SHA-256 seeds the order of one reader in one phase."""
    return f"{allocation_seed}:{reader_code}:{phase}"


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


def allocate(
    candidates: Sequence[Candidate],
    *,
    n_exploratory: int,
    n_blinded: int,
    allocation_seed: int,
    n_training: int = 0,
) -> list[Allocated]:
    """Draw the sets of the phases: no two videos share a noise seed or a source radiograph.

    In each phase half of the videos run A to B and half B to A (an odd one A to B). Raises `NotEnoughVideos`.
    """
    chosen = _independent(shuffled(candidates, key=f"{allocation_seed}:videos"))
    scored = n_exploratory + n_blinded
    wanted = scored + n_training
    if len(chosen) < wanted:
        raise NotEnoughVideos(
            Sentence(
                gettext_noop(
                    "%(wanted)d videos are needed (%(exploratory)d exploratory and %(blinded)d blinded), but "
                    "only %(chosen)d of the %(given)d given share no seed and no source radiograph."
                ),
                {
                    "wanted": wanted,
                    "exploratory": n_exploratory,
                    "blinded": n_blinded,
                    "chosen": len(chosen),
                    "given": len(candidates),
                },
            )
        )
    return [
        *_balanced(chosen[:n_exploratory], "exploratory", allocation_seed),
        *_balanced(chosen[n_exploratory:scored], "blinded", allocation_seed),
        *_balanced(chosen[scored:wanted], "training", allocation_seed),
    ]


def _below(bound: int, bits: PCG64) -> int:
    limit = 2**64 - 2**64 % bound
    while (raw := int(bits.random_raw())) >= limit:
        pass
    return raw % bound


def _independent(candidates: Iterable[Candidate]) -> list[Candidate]:
    seeds: set[int] = set()
    sources: set[Hashable] = set()
    chosen = []
    for candidate in candidates:
        if candidate.noise_seed in seeds or candidate.source in sources:
            continue
        if candidate.noise_seed is not None:
            seeds.add(candidate.noise_seed)
        if candidate.source is not None:
            sources.add(candidate.source)
        chosen.append(candidate)
    return chosen


def _balanced(candidates: Sequence[Candidate], phase: str, allocation_seed: int) -> list[Allocated]:
    n = len(candidates)
    directions = [Direction.AB] * (n - n // 2) + [Direction.BA] * (n // 2)
    directions = shuffled(directions, key=f"{allocation_seed}:directions:{phase}")
    return [
        Allocated(candidate.key, phase, direction)
        for candidate, direction in zip(candidates, directions, strict=True)
    ]
