"""A moment without triggers, for those who write a whole record back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def without_triggers(connection: Any) -> Iterator[None]:
    """A transaction in which no trigger fires; what it writes is written as if there were none."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        connection.check_constraints()  # PostgreSQL alters no table with foreign keys left to check
        put_back = TAKE_OFF[connection.vendor](cursor)
        yield
        connection.check_constraints()
        for statement in put_back:
            cursor.execute(statement)


def _drop_on_sqlite(cursor: Any) -> list[str]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = cursor.fetchall()
    for name, _ in triggers:
        cursor.execute(f"DROP TRIGGER {name}")
    return [sql for _, sql in triggers]


def _disable_on_postgresql(cursor: Any) -> list[str]:
    cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    tables = [table for (table,) in cursor.fetchall()]
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]


TAKE_OFF: dict[str, Callable[[Any], list[str]]] = {
    "sqlite": _drop_on_sqlite,
    "postgresql": _disable_on_postgresql,
}
