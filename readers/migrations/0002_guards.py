"""Triggers that hold the protocol in the database; `sql/` has them for SQLite and for PostgreSQL.

A later migration that changes a guarded table does so within `_guards.guarded`; `tests/readers/test_guards.py`
fails when a trigger has been lost.
"""

from __future__ import annotations

from django.db import migrations

from readers.migrations._guards import guards


class Migration(migrations.Migration):
    dependencies = [("readers", "0001_initial")]

    operations = [guards("0002_guards")]
