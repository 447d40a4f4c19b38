"""Triggers around the people: events in a possible order, and nothing by a reader who does not take part."""

from __future__ import annotations

from django.db import migrations

from readers.migrations._guards import guards


class Migration(migrations.Migration):
    dependencies = [("readers", "0008_people")]

    operations = [guards("0009_people_guards")]
