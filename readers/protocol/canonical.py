"""One text for one record, so that equal records have equal hashes in every process and on every database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def canonical(record: Mapping[str, Any]) -> str:
    """A record as JSON with sorted keys and no spaces, in ASCII.

    Takes text, whole numbers, true and false, null, lists and objects. `TypeError` for anything else: a
    database might give it back in another form than it was hashed in.
    """
    _check_plain(record)
    return json.dumps(record, sort_keys=True, separators=(",", ":"))


def sha256_of(record: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON of a record."""
    return hashlib.sha256(canonical(record).encode("ascii")).hexdigest()


def _check_plain(value: object) -> None:
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        parts: Iterable[object] = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    elif value is None or isinstance(value, str | int):
        return
    else:
        raise TypeError(f"{value!r} cannot be hashed: records hold text, whole numbers, lists and objects.")
    for part in parts:
        _check_plain(part)
