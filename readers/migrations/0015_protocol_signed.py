"""A trigger: no video of a study is opened for the first time before its protocol is signed."""

from __future__ import annotations

from django.db import migrations

from readers.migrations._guards import guards


class Migration(migrations.Migration):
    dependencies = [("readers", "0014_rotation_whole")]

    operations = [guards("0015_protocol_signed")]
