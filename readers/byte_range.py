"""The part of a file that a request asks for (RFC 9110, section 14): downloads go on where they broke off."""

from __future__ import annotations

import re


class Unsatisfiable(ValueError):
    """The part begins behind the end of the file."""


def byte_range(header: str | None, *, size: int) -> tuple[int, int] | None:
    """First and last byte, both included, of a `Range` header with one range of a file of `size` bytes.

    None when the header is absent, malformed or names several ranges: the whole file is then the answer.
    """
    found = re.fullmatch(r"bytes=([0-9]{0,15})-([0-9]{0,15})", header or "")
    if found is None or not any(found.groups()):
        return None
    start, end = found.groups()
    if not start:
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(start), min(int(end), size - 1) if end else size - 1
        if end and int(end) < int(start):
            return None
    if first > last or first >= size:
        raise Unsatisfiable
    return first, last
