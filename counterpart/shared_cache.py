"""A cache in files that all processes of one machine share: attempts and requests are counted together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks


class SharedFileCache(FileBasedCache):
    """Django's cache in files, whose `add` is one step: of two processes that add a key, one succeeds.

    allauth guards its counts by a lock that is an added key; Django looks first and writes then.
    """

    _dir: str
    _createdir: Callable[[], None]

    def add(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        self._createdir()
        with Path(self._dir, "add.lock").open("w") as held:
            locks.lock(held, locks.LOCK_EX)
            return super().add(key, value, timeout, version)
