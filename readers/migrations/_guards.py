"""Triggers from the files of `sql/`, one for SQLite and one for PostgreSQL, one statement a paragraph."""

from __future__ import annotations

import re
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


def statements(name: str, vendor: str) -> list[str]:
    """Return the SQL statements of a migration for a database vendor."""
    return (SQL / f"{name}.{vendor}.sql").read_text(encoding="utf-8").strip().split("\n\n")


def guards(name: str) -> migrations.RunPython:
    """An operation that creates the views, functions and triggers of a file, and drops them when undone."""

    def install(apps, schema_editor) -> None:
        for statement in statements(name, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def remove(apps, schema_editor) -> None:
        for statement in reversed(statements(name, schema_editor.connection.vendor)):
            kind, made = re.search(r"^CREATE (VIEW|TRIGGER|FUNCTION) (\w+)", statement, re.MULTILINE).groups()
            on_table = ""
            if kind == "TRIGGER" and schema_editor.connection.vendor == "postgresql":
                on_table = " ON " + re.search(r" ON (\w+)", statement).group(1)
            schema_editor.execute(f"DROP {kind} {made}{on_table}")

    return migrations.RunPython(install, remove)
