"""What a row of the role table says: an address, and the status that each person gets from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PEOPLE = (
    *("stranger", "elsewhere", "other_reader", "reader", "coordinator", "analyst", "monitor"),
    *("engineer", "superuser", "nobody"),
)
"""`elsewhere` coordinates another study, `superuser` has a rank and no role, `nobody` is not signed in."""


@dataclass(frozen=True)
class Row:
    """One address with one method. Braces in address and body are filled in from the scene."""

    method: str
    address: str
    expected: Mapping[str, int]
    body: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "application/json"


def row(
    method: str,
    address: str,
    others: int,
    *,
    body: Mapping[str, Any] | None = None,
    form: bool = False,
    **by_person: int,
) -> Row:
    """A row in which everybody gets the status `others`, but those who are named get their own.

    `form`: the body is sent as a browser's form, not as JSON.
    """
    if unknown := by_person.keys() - set(PEOPLE):
        raise ValueError(f"no such person in the role table: {', '.join(sorted(unknown))}")
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    return Row(method, address, dict.fromkeys(PEOPLE, others) | by_person, body or {}, kind)
