"""Lines of the log, as text or as JSON: no identity, no answer and no secret gets into one.

What Django says of a request names its address, which may hold a key: the route stands there instead. What an
exception says may quote a row: its type and the places in the code stand there instead.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from readers.request_id import current_request_id


class Lines(logging.Formatter):
    """One readable line for each record; an exception adds the places it went through."""

    def format(self, record: logging.LogRecord) -> str:
        line = facts_of(record)
        places = line.pop("places", ())
        rest = " ".join(f"{name}={value}" for name, value in line.items() if name not in FIRST)
        return "\n  ".join([" ".join([*(str(line[name]) for name in FIRST), rest]).strip(), *places])


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts_of(record))


FIRST = ("at", "level", "logger", "message")


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a line says: when (UTC), level, logger, message, the request's id, what else the caller named."""
    facts: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
    }
    if request_id := current_request_id():
        facts["request"] = request_id
    facts |= getattr(record, "facts", {})
    if record.exc_info and (error := record.exc_info[1]):
        facts["error"] = type(error).__name__
        facts["places"] = [
            f"{place.filename}:{place.lineno} {place.name}"
            for place in traceback.extract_tb(error.__traceback__)
        ]
    return facts


def _message(record: logging.LogRecord) -> str:
    """The message; without its arguments where these are a request's or a server's, which name addresses."""
    if hasattr(record, "request"):
        from counterpart.middleware import route_of

        return f"{getattr(record, 'status_code', '')} at {route_of(record.request)}".strip()
    if record.exc_info and record.name.startswith(("gunicorn", "django")):
        return record.msg
    return record.getMessage()
