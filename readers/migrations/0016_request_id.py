"""Each audit event carries the id of the request that it was recorded in."""

from __future__ import annotations

from django.db import migrations, models

from readers.migrations._guards import guarded


class Migration(migrations.Migration):
    dependencies = [("readers", "0015_protocol_signed")]

    operations = guarded(
        "0016_request_id",
        [
            migrations.AddField(
                model_name="auditevent",
                name="request_id",
                field=models.CharField(
                    blank=True,
                    default="",
                    help_text="That of the request's line in the log; empty outside of one.",
                    max_length=32,
                ),
                preserve_default=False,
            ),
        ],
    )
