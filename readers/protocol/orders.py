"""Orders: in which order a reader sees the videos of a phase, and which of them a second time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from readers.protocol.draw import shuffled

ATTEMPTS = 100
T = TypeVar("T")


class NoRoomForRepeats(ValueError):
    """The distance between two readings does not fit into the phase."""


def order_key(allocation_seed: int, reader_code: str, phase: str) -> str:
    """Text whose SHA-256 seeds the order of one reader in one phase."""
    return f"{allocation_seed}:{reader_code}:{phase}"


def order(
    items: Sequence[T], *, key: str, repeatable: Sequence[T] = (), n_repeats: int = 0, distance: int = 1
) -> list[tuple[T, int]]:
    """The items in an order of their own, each with its reading (1; 2 the second time).

    `n_repeats` of `repeatable` come twice, at least `distance` positions apart; which and where is drawn too.
    Raises `NoRoomForRepeats`: there is room when `distance` is at most the number of items.
    """
    if not n_repeats:
        return [(item, 1) for item in shuffled(items, key=key)]
    if n_repeats > len(repeatable) or not 1 <= distance <= len(items):
        raise NoRoomForRepeats(
            f"{n_repeats} of {len(repeatable)} videos cannot be read twice at least {distance} positions "
            f"apart among {len(items)} videos."
        )
    twice = shuffled(repeatable, key=f"{key}:repeats")[:n_repeats]
    for attempt in range(ATTEMPTS):
        drawn = shuffled(items, key=f"{key}:{attempt}")
        if (
            result := _with_repeats(drawn, twice, distance, first_free=0, key=f"{key}:{attempt}")
        ) is not None:
            return result
    # First readings at the very start leave room for all: the k-th repeat then stands behind all items.
    drawn = [*twice, *(item for item in shuffled(items, key=f"{key}:last") if item not in twice)]
    result = _with_repeats(drawn, twice, distance, first_free=n_repeats, key=f"{key}:last")
    if result is None:
        raise NoRoomForRepeats(f"No order of {len(items)} videos has the repeats {distance} positions apart.")
    return result


def _with_repeats(
    drawn: Sequence[T], twice: Sequence[T], distance: int, *, first_free: int, key: str
) -> list[tuple[T, int]] | None:
    """Second readings put in one after the other; what is put in later only moves readings further apart."""
    result = [(item, 1) for item in drawn]
    for item in sorted(twice, key=drawn.index):
        first = max(result.index((item, 1)) + distance, first_free)
        if first > len(result):
            return None
        place = shuffled(range(first, len(result) + 1), key=f"{key}:place:{len(result)}")[0]
        result.insert(place, (item, 2))
    return result
