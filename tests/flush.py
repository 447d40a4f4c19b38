"""Empty the test database although its tables are append-only.

Tests that share a database with a live server empty it afterwards (`flush`). That is a DELETE from every
table on SQLite and a TRUNCATE on PostgreSQL, which the triggers of the readers room rightly refuse; they are
off for that moment alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.db.backends.base.operations import BaseDatabaseOperations

from counterpart.backup.triggers import without_triggers

TRIES = 3


@pytest.fixture(scope="session", autouse=True)
def flush_past_triggers(django_db_modify_db_settings: None) -> Iterator[None]:
    """Take the triggers off while a test database is flushed, and put them back."""
    operations: type[BaseDatabaseOperations] = type(connections["default"].ops)
    flush = operations.execute_sql_flush

    def execute_sql_flush(self: BaseDatabaseOperations, sql_list: list[str]) -> Any:
        # A browser's last request may still read when its test is over: PostgreSQL then ends one of the two.
        for tries_left in reversed(range(TRIES)):
            try:
                with without_triggers(self.connection):
                    return flush(self, sql_list)
            except OperationalError:
                if not tries_left:
                    raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", execute_sql_flush)
        yield
