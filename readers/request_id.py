"""The id of the request that is answered now: each audit event and each line of the log carries it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """32 hexadecimal digits; "" outside of a request."""
    return _current.get()


@contextmanager
def under_request_id(request_id: str) -> Iterator[None]:
    """Everything that is done inside carries this id."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
