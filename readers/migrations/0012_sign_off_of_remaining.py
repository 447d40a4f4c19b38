"""A reader who has left the study need not sign the form, and cannot hold the others up."""

from __future__ import annotations

from django.db import migrations

from readers.migrations._guards import guarded


class Migration(migrations.Migration):
    dependencies = [("readers", "0011_answers")]

    operations = guarded("0012_sign_off_of_remaining", [])
