"""Decisions on held images are append-only; cohorts from before splits get a salt and their patients' places."""

from __future__ import annotations

import secrets

from django.db import migrations

from generation.imaging.splits import split_of

TABLE = "generation_holddecision"
REFUSED = "a decision on a held image is append-only"
CREATE = {
    "sqlite": [
        f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()",
    ],
}
DROP = {
    "sqlite": [f"DROP TRIGGER {TABLE}_no_{act}" for act in ("update", "delete")],
    "postgresql": [f"DROP FUNCTION {TABLE}_refuse() CASCADE"],
}


def install(apps, schema_editor) -> None:
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor) -> None:
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def split_what_is_there(apps, schema_editor) -> None:
    Radiograph = apps.get_model("generation", "Radiograph")
    for cohort in apps.get_model("generation", "Cohort").objects.all():
        cohort.split_salt = secrets.token_hex(16)
        cohort.save(update_fields=["split_salt"])
        rows = list(Radiograph.objects.filter(cohort=cohort).only("patient", "split"))
        for row in rows:
            row.split = split_of(cohort.split_salt, row.patient)
        Radiograph.objects.bulk_update(rows, ["split"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("generation", "0004_review_splits_and_imports")]

    operations = [
        migrations.RunPython(split_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(install, remove),
    ]
