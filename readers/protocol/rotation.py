"""Anchor and rotate: with many readers, all read some videos in common, and the others are shared out.

The common videos anchor the readers to each other. The others rotate so that each is read equally often, and
each two of them together as equally often as a search finds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from itertools import combinations
from typing import TypeVar

from readers.protocol.draw import shuffled

TRIALS = 32
H = TypeVar("H", bound=Hashable)


def common_first(items: Sequence[H], *, cell: Callable[[H], Hashable], key: str) -> list[H]:
    """The items in a drawn order of which every beginning has its share of each cell (sex and direction)."""
    drawn = shuffled(items, key=key)
    cells: dict[Hashable, list[H]] = {}
    for item in drawn:
        cells.setdefault(cell(item), []).append(item)
    ranks = {
        item: ((2 * place + 1) / (2 * len(members)), number)
        for number, members in enumerate(cells.values())
        for place, item in enumerate(members)
    }
    return sorted(drawn, key=ranks.__getitem__)


def next_block(items: Sequence[H], blocks: Sequence[frozenset[H]], *, size: int, key: str) -> frozenset[H]:
    """The block of one more reader, when earlier readers have `blocks`: `size` of `items`.

    Items read least often come first, so that counts never differ by more than one; of the blocks that this
    leaves open the one whose pairs are rarest together, of some that are drawn and improved by exchanges.
    """
    read = Counter(item for block in blocks for item in block)
    pairs = Counter(frozenset(pair) for block in blocks for pair in combinations(block, 2))
    by_count: dict[int, list[H]] = {}
    for item in items:
        by_count.setdefault(read[item], []).append(item)
    sure: list[H] = []
    for count in sorted(by_count):
        level = by_count[count]
        if len(sure) + len(level) > size:
            break
        sure += level
    else:
        level = []
    needed = size - len(sure)

    def together(item: H, others: Sequence[H]) -> int:
        """How often the item was read by those who read each of the others."""
        return sum(pairs[frozenset((item, other))] for other in others)

    best: list[H] = []
    lowest = 0
    for trial in range(TRIALS if needed else 0):
        drawn = shuffled(level, key=f"{key}:{trial}")
        chosen, rest = drawn[:needed], drawn[needed:]
        for place in range(needed):
            others = [*sure, *chosen[:place], *chosen[place + 1 :]]
            rarest = min(range(len(rest)), key=lambda other: together(rest[other], others), default=None)
            if rarest is not None and together(rest[rarest], others) < together(chosen[place], others):
                chosen[place], rest[rarest] = rest[rarest], chosen[place]
        cost = sum(pairs[frozenset(pair)] for pair in combinations([*sure, *chosen], 2))
        if not best or cost < lowest:
            best, lowest = chosen, cost
    return frozenset([*sure, *best])
