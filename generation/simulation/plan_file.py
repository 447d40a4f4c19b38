"""Read a plan from YAML, refusing what it does not know; docs/reference/simulator.md describes the file."""

from __future__ import annotations

from typing import Any

import numpy as np
import yaml

from generation.simulation.attributes import NAMES, SPREAD, TYPICAL
from generation.simulation.plan import BODY, CORRELATED, FILM, GROUPS, SHARES, Plan, Quantity
from generation.simulation.rasterise import Array


class PlanUnusable(Exception):
    """The plan makes no sense; the message says where and what would."""


def read_plan(text: str) -> Plan:
    """Read a plan from YAML. Raises PlanUnusable with the place and the remedy."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PlanUnusable(f"the plan is not YAML: {error}") from None
    if not isinstance(document, dict):
        raise PlanUnusable("the plan is empty: it needs at least 'people: {A: …, B: …}'")
    known = {"name", "seed", "size", "people", "attributes", "body", "film", "shares", "correlations"}
    _refuse_unknown("the plan", document, known)
    quantities = {
        **_quantities("attributes", document, {n: (getattr(TYPICAL, n), getattr(SPREAD, n)) for n in NAMES}),
        **_quantities("body", document, BODY),
        **_quantities("film", document, FILM),
    }
    people = _by_group("people", document.get("people"), whole=True)
    size = document.get("size", 256)
    if not isinstance(size, int) or not 64 <= size <= 4096:
        raise PlanUnusable("size must be a whole number of pixels from 64 to 4096")
    return Plan(
        name=str(document.get("name", "simulated")),
        seed=_seed(document.get("seed", 0)),
        size=size,
        people={group: int(count) for group, count in people.items()},
        quantities=quantities,
        shares=_shares(document),
        correlation=_correlation(document.get("correlations") or []),
    )


def _seed(value: Any) -> int:
    if not isinstance(value, int) or value < 0:
        raise PlanUnusable("seed must be a whole number, 0 or more")
    return value


def _refuse_unknown(where: str, given: Any, known: Any) -> None:
    if not isinstance(given, dict):
        raise PlanUnusable(f"{where} must be a mapping of names")
    for name in given:
        if name not in known:
            raise PlanUnusable(f"{where} has no '{name}'; known: {', '.join(sorted(known))}")


def _by_group(where: str, given: Any, *, whole: bool = False) -> dict[str, float]:
    """One number for both groups, or a mapping of exactly A and B."""
    values = given if isinstance(given, dict) else dict.fromkeys(GROUPS, given)
    if set(values) != set(GROUPS):
        raise PlanUnusable(f"{where} needs a value for each of the groups A and B, and no other")
    for value in values.values():
        wrong = isinstance(value, bool) or not isinstance(value, int if whole else int | float)
        if wrong or (whole and value < 0):
            raise PlanUnusable(f"{where} must be {'whole numbers' if whole else 'numbers'}")
    return {group: values[group] for group in GROUPS}


def _quantities(
    section: str, document: dict[str, Any], usual: dict[str, tuple[float, float]]
) -> dict[str, Quantity]:
    """`name: number`, or `name: {A: …, B: …, spread: …}`, each part optional."""
    given = document.get(section) or {}
    _refuse_unknown(section, given, usual)
    found = {}
    for name, (mean, spread) in usual.items():
        entry = given.get(name, {})
        entry = entry if isinstance(entry, dict) else {"A": entry, "B": entry}
        _refuse_unknown(f"{section}.{name}", entry, {"A", "B", "spread"})
        means = _by_group(f"{section}.{name}", {group: entry.get(group, mean) for group in GROUPS})
        width = entry.get("spread", spread)
        if isinstance(width, bool) or not isinstance(width, int | float) or width < 0:
            raise PlanUnusable(f"{section}.{name}.spread must be a number, 0 or more")
        found[name] = Quantity(means, float(width))
    return found


def _shares(document: dict[str, Any]) -> dict[str, dict[str, float]]:
    given = document.get("shares") or {}
    _refuse_unknown("shares", given, SHARES)
    shares = {name: _by_group(f"shares.{name}", given.get(name, usual)) for name, usual in SHARES.items()}
    if any(not 0 <= value <= 1 for share in shares.values() for value in share.values()):
        raise PlanUnusable("shares must lie between 0 and 1")
    return shares


def _correlation(pairs: Any) -> Array:
    """Correlation matrix over CORRELATED from a list of [name, name, r]."""
    matrix = np.eye(len(CORRELATED))
    if not isinstance(pairs, list):
        raise PlanUnusable("correlations must be a list of [name, name, r]")
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 3 or pair[0] == pair[1]:
            raise PlanUnusable("each correlation must be [name, another name, r]")
        for name in pair[:2]:
            if name not in CORRELATED:
                raise PlanUnusable(f"correlations know no '{name}'; known: {', '.join(CORRELATED)}")
        r = pair[2]
        if isinstance(r, bool) or not isinstance(r, int | float) or not -1 < r < 1:
            raise PlanUnusable(
                f"the correlation of {pair[0]} and {pair[1]} must be a number between -1 and 1"
            )
        i, j = (CORRELATED.index(name) for name in pair[:2])
        matrix[i, j] = matrix[j, i] = r
    if np.linalg.eigvalsh(matrix)[0] <= 1e-9:
        raise PlanUnusable("these correlations contradict each other: no people could have all of them")
    return matrix
