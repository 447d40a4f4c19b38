"""Triggers that hold the protocol in the database; `sql/` has them for SQLite and for PostgreSQL.

A later migration that makes Django rebuild a guarded table on SQLite must drop the view and the triggers first
and create them again afterwards; `tests/readers/test_guards.py` fails when one has been lost.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


def statements(vendor: str) -> list[str]:
    """Return the SQL statements of a database vendor, one a paragraph of its file."""
    return (SQL / f"0002_guards.{vendor}.sql").read_text(encoding="utf-8").strip().split("\n\n")


def install(apps, schema_editor) -> None:
    """Create the view, the functions and the triggers."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor) -> None:
    """Drop them again, in reverse order."""
    for statement in reversed(statements(schema_editor.connection.vendor)):
        kind, name = re.search(r"^CREATE (VIEW|TRIGGER|FUNCTION) (\w+)", statement, re.MULTILINE).groups()
        on_table = ""
        if kind == "TRIGGER" and schema_editor.connection.vendor == "postgresql":
            on_table = " ON " + re.search(r" ON (\w+)", statement).group(1)
        schema_editor.execute(f"DROP {kind} {name}{on_table}")


class Migration(migrations.Migration):
    dependencies = [("readers", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
