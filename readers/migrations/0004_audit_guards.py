"""Triggers that keep the audit trail append-only; on PostgreSQL also against TRUNCATE, as the whole record."""

from __future__ import annotations

from django.db import migrations

from readers.migrations._guards import guards


class Migration(migrations.Migration):
    dependencies = [("readers", "0003_audit_event")]

    operations = [guards("0004_audit_guards")]
