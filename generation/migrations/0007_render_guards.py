"""What is done stays done, an ended job is only queued again, events of jobs are append-only."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F

EVENTS, CHUNKS, JOBS = "generation_renderevent", "generation_renderchunk", "generation_renderjob"
APPEND_ONLY = "an event of a render job is append-only"
RULES = {
    CHUNKS: ("OLD.state = 'done'", "a chunk that is done stays as it is"),
    JOBS: (
        "(OLD.state = 'done' AND NEW.state <> 'done') OR "
        "(OLD.state IN ('failed', 'cancelled') AND NEW.state NOT IN (OLD.state, 'queued'))",
        "a render that is done stays done, and an ended one is only queued again",
    ),
}
CREATE = {
    "sqlite": [
        *(
            f"CREATE TRIGGER {EVENTS}_no_{act.lower()} BEFORE {act} ON {EVENTS} "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
            for act in ("UPDATE", "DELETE")
        ),
        *(
            f"CREATE TRIGGER {table}_states BEFORE UPDATE ON {table} WHEN {broken} "
            f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
            for table, (broken, refused) in RULES.items()
        ),
    ],
    "postgresql": [
        f"CREATE FUNCTION generation_render_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {EVENTS}_append_only BEFORE UPDATE OR DELETE ON {EVENTS} "
        f"FOR EACH ROW EXECUTE FUNCTION generation_render_refuse('{APPEND_ONLY}')",
        f"CREATE TRIGGER {EVENTS}_no_truncate BEFORE TRUNCATE ON {EVENTS} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION generation_render_refuse('{APPEND_ONLY}')",
        *(
            f"CREATE TRIGGER {table}_states BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({broken}) "
            f"EXECUTE FUNCTION generation_render_refuse('{refused}')"
            for table, (broken, refused) in RULES.items()
        ),
    ],
}
DROP = {
    "sqlite": [
        *(f"DROP TRIGGER {EVENTS}_no_{act}" for act in ("update", "delete")),
        *(f"DROP TRIGGER {table}_states" for table in RULES),
    ],
    "postgresql": ["DROP FUNCTION generation_render_refuse() CASCADE"],
}


def say_how_frames_were_made(apps, schema_editor) -> None:
    done = apps.get_model("generation", "RenderChunk").objects.filter(state="done", made=[])
    for n_more in set(done.values_list(F("last_frame") - F("first_frame"), flat=True)):
        of_this_size = done.filter(last_frame=F("first_frame") + n_more)
        of_this_size.update(made=[{"origin": "rendered"}] * (n_more + 1))


def install(apps, schema_editor) -> None:
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor) -> None:
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_render_lifecycle")]

    operations = [
        migrations.AlterField(
            model_name='renderchunk',
            name='state',
            field=models.CharField(choices=[('queued', 'Queued'), ('leased', 'At work'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=16),
        ),
        migrations.RunPython(say_how_frames_were_made, migrations.RunPython.noop),
        migrations.RunPython(install, remove),
    ]
