"""What differs between two versions of a protocol, setting by setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from readers.protocol.settings import SETTINGS


@dataclass(frozen=True)
class Change:
    """One setting or criterion: its place, and its values before and after (None: not there)."""

    place: str
    label: str
    before: Any
    after: Any


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Settings in the order of the table, then criteria by key; a criterion that only moved is not one."""
    changes = []
    for setting in SETTINGS:
        before, after = _at(old, setting.path), _at(new, setting.path)
        if before != after:
            changes.append(Change(setting.place, setting.label, before, after))
    earlier, later = ({item["key"]: item for item in document.get("criteria", ())} for document in (old, new))
    for key in [*earlier, *(key for key in later if key not in earlier)]:
        before, after = earlier.get(key), later.get(key)
        if before != after:
            changes.append(Change(f"criteria.{key}", key, _words(before), _words(after)))
    return changes


def _at(document: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = document
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _words(criterion: Mapping[str, Any] | None) -> str | None:
    if criterion is None:
        return None
    findings = [criterion[name] for name in ("finding_low", "finding_high") if criterion.get(name)]
    return "; ".join([criterion["name"], *criterion["anchors"], *findings])
