"""Allocation: which videos go into which phase, and in which direction every reader sees them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from readers.protocol.direction import Direction
from readers.protocol.draw import shuffled

COUNTERFACTUAL, NULL = "counterfactual", "null"
PHASES = ("exploratory", "blinded", "training")


class NotEnoughVideos(ValueError):
    """Fewer videos without a common seed or source than the study asks for."""


@dataclass(frozen=True)
class Candidate:
    """A video that may be allocated. None as seed or source: it has none, and so shares none.

    `sex`: of the person shown, where it is known and not what the study compares. `null`: nothing changes.
    """

    key: Hashable
    noise_seed: int | None
    source: Hashable | None
    sex: str = ""
    null: bool = False


@dataclass(frozen=True)
class Allocated:
    """One video of a study: its phase and kind, and the direction in which every reader sees it."""

    key: Hashable
    phase: str
    direction: Direction
    kind: str = COUNTERFACTUAL


def allocate(
    candidates: Sequence[Candidate],
    *,
    n_exploratory: int,
    n_blinded: int,
    allocation_seed: int,
    n_training: int = 0,
    n_null: int = 0,
) -> list[Allocated]:
    """Draw the sets of the phases: no two videos share a noise seed or a source radiograph.

    As many of each sex as there are videos for, and in each phase the same share of each. Of the
    counterfactual videos of a phase, and of each sex in it, half run A to B and half B to A (of an odd number
    one more A to B in the phase, either way in a sex); so do the null videos. Raises `NotEnoughVideos`.
    """
    numbers = dict(zip(PHASES, (n_exploratory, n_blinded, n_training), strict=True))
    wanted = sum(numbers.values())
    drawn = shuffled(candidates, key=f"{allocation_seed}:videos")
    nulls = _independent(candidate for candidate in drawn if candidate.null)[:n_null]
    free = _independent([*nulls, *(candidate for candidate in drawn if not candidate.null)])[len(nulls) :]
    if len(free) < wanted:
        parts = ", ".join(f"{number} {phase}" for phase, number in numbers.items() if number)
        n_given = sum(not candidate.null for candidate in candidates)
        raise NotEnoughVideos(
            f"{wanted} videos are needed ({parts}), but only {len(free)} of the {n_given} given "
            "share no seed and no source radiograph."
        )
    if len(nulls) < n_null:
        n_given = sum(candidate.null for candidate in candidates)
        raise NotEnoughVideos(
            f"{n_null} null videos are needed, but only {len(nulls)} of the {n_given} given "
            "(from a group to itself) share no seed and no source radiograph."
        )
    sets = _shared_out(free, numbers)
    allocated: list[Allocated] = []
    for phase in PHASES:
        directions = _directions(sets[phase], odd=Direction.AB, key=f"{allocation_seed}:directions:{phase}")
        allocated += [Allocated(c.key, phase, directions[c.key]) for c in sets[phase]]
        if phase == "blinded":
            directions = _directions(nulls, odd=Direction.BA, key=f"{allocation_seed}:directions:null")
            allocated += [Allocated(c.key, phase, directions[c.key], NULL) for c in nulls]
    return allocated


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


def _shared_out(free: Sequence[Candidate], numbers: Mapping[str, int]) -> dict[str, list[Candidate]]:
    """The set of each phase, in the order drawn: of each sex the share of the phase in all that is drawn."""
    by_sex: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in free:
        by_sex[candidate.sex].append(candidate)
    left = _as_even_as_supply({sex: len(those) for sex, those in by_sex.items()}, sum(numbers.values()))
    sets = {}
    for phase, number in numbers.items():
        counts = _in_proportion(left, number)
        chosen = {c.key for sex, count in counts.items() for c in by_sex[sex][:count]}
        sets[phase] = [candidate for candidate in free if candidate.key in chosen]
        for sex, count in counts.items():
            by_sex[sex] = by_sex[sex][count:]
            left[sex] -= count
    return sets


def _as_even_as_supply(supply: Mapping[str, int], wanted: int) -> dict[str, int]:
    """`wanted` places over the sexes: always to the one that has fewest, as long as it has videos left."""
    counts = dict.fromkeys(supply, 0)
    for _ in range(wanted):
        open_ones = [sex for sex in counts if counts[sex] < supply[sex]]
        counts[min(open_ones, key=lambda sex: counts[sex])] += 1
    return counts


def _in_proportion(left: Mapping[str, int], number: int) -> dict[str, int]:
    """`number` places in proportion to what is left: whole parts first, then by the largest remainders."""
    total = sum(left.values())
    if not number:
        return dict.fromkeys(left, 0)
    counts = {sex: count * number // total for sex, count in left.items()}
    by_remainder = sorted(left, key=lambda sex: left[sex] * number % total, reverse=True)
    for sex in by_remainder[: number - sum(counts.values())]:
        counts[sex] += 1
    return counts


def _directions(candidates: Sequence[Candidate], *, odd: Direction, key: str) -> dict[Hashable, Direction]:
    """Directions by key: halves within each sex, `odd` for the one too many of the whole."""
    others = {Direction.AB: Direction.BA, Direction.BA: Direction.AB}
    drawn = shuffled(candidates, key=key)
    directions = {}
    extra = odd
    for sex in sorted(Counter(candidate.sex for candidate in drawn)):
        for candidate in (candidate for candidate in drawn if candidate.sex == sex):
            directions[candidate.key] = extra
            extra = others[extra]
    return directions
