"""Views and triggers from the files of `sql/`, one for SQLite and one for PostgreSQL, one statement a paragraph.

A file's statement takes the place of the one of the same name in an earlier file; `DROP …` in a file ends one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from django.db import migrations
from django.db.migrations.operations.base import Operation

SQL = Path(__file__).parent / "sql"
STATEMENT = re.compile(r"^(CREATE|DROP) (VIEW|TRIGGER|FUNCTION) (\w+)", re.MULTILINE)


def statements(name: str, vendor: str) -> list[str]:
    """Return the SQL statements of a migration for a database vendor."""
    return (SQL / f"{name}.{vendor}.sql").read_text(encoding="utf-8").strip().split("\n\n")


def installed(last: str, vendor: str) -> dict[tuple[str, str], str]:
    """What stands once the file `last` is applied: statements by kind and name, in the order to create them."""
    standing: dict[tuple[str, str], str] = {}
    for name in _files(vendor):
        if name > last:
            break
        for statement in statements(name, vendor):
            verb, kind, made = STATEMENT.search(statement).groups()
            if verb == "DROP":
                del standing[kind, made]
            else:
                standing[kind, made] = statement
    return standing


def guards(name: str) -> migrations.RunPython:
    """An operation that creates the views, functions and triggers of a file, and drops them when undone."""

    def install(apps, schema_editor) -> None:
        _execute(schema_editor, statements(name, schema_editor.connection.vendor))

    def remove(apps, schema_editor) -> None:
        _drop(schema_editor, statements(name, schema_editor.connection.vendor))

    return migrations.RunPython(install, remove)


def guarded(name: str, operations: Sequence[Operation]) -> list[Operation]:
    """Operations on guarded tables: all guards are off meanwhile; then those up to the file `name` stand.

    To change a table, SQLite builds it anew, which drops its triggers and breaks the views on it.
    Undone, the guards of before stand again.
    """

    def swap(take_off: bool, of_before: bool):
        def run(apps, schema_editor) -> None:
            vendor = schema_editor.connection.vendor
            last = max(file for file in _files(vendor) if file < name) if of_before else name
            change = _drop if take_off else _execute
            change(schema_editor, list(installed(last, vendor).values()))

        return run

    return [
        migrations.RunPython(swap(True, of_before=True), swap(False, of_before=True)),
        *operations,
        migrations.RunPython(swap(False, of_before=False), swap(True, of_before=False)),
    ]


def _files(vendor: str) -> list[str]:
    return sorted(path.name.removesuffix(f".{vendor}.sql") for path in SQL.glob(f"*.{vendor}.sql"))


def _execute(schema_editor, sql: list[str]) -> None:
    for statement in sql:
        schema_editor.execute(statement, params=None)


def _drop(schema_editor, sql: list[str]) -> None:
    for statement in reversed(sql):
        _, kind, made = STATEMENT.search(statement).groups()
        on_table = ""
        if kind == "TRIGGER" and schema_editor.connection.vendor == "postgresql":
            on_table = " ON " + re.search(r" ON (\w+)", statement).group(1)
        schema_editor.execute(f"DROP {kind} {made}{on_table}")
