"""An installation of the released version, full of data, is brought to this version: every row is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, migrations
from django.db.migrations.executor import MigrationExecutor

from readers.errors import WashoutNotOver
from readers.models import Answer, AuditEvent
from readers.protocol.audit import verify
from readers.services.reading import open_case
from tests.readers.conftest import World, clock, make_world  # noqa: F401

# Two walks through all migrations, on data.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(300)]

# The last migrations of version 0.1.0.
RELEASED = [("generation", "0005_hold_decision_guards"), ("readers", "0015_protocol_signed")]
LARGE = {"answer", "auditevent", "exposure", "viewingevent", "assignment", "submission", "radiograph"}
QUICK = (migrations.AddField, migrations.RemoveField)


def migrate(targets: list[tuple[str, str]]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    executor.loader.build_graph()


def newest() -> list[tuple[str, str]]:
    leaves: list[tuple[str, str]] = MigrationExecutor(connection).loader.graph.leaf_nodes()
    return leaves


@pytest.fixture
def at_the_release() -> Iterator[Callable[[], None]]:
    """Return a function that brings the tables, with what they hold, to those of the release."""
    yield lambda: migrate(RELEASED)
    migrate(newest())


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the two rooms, as the database itself has it, by columns that both versions have."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith(("readers_", "generation_")):
                cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
                for column in sorted(one[0] for one in cursor.description):
                    cursor.execute(f'SELECT "{column}" FROM "{table}" ORDER BY 1')
                    found[f"{table}.{column}"] = cursor.fetchall()
    return found


def test_every_row_is_kept_and_the_record_still_holds(
    make_world: Callable[..., World],  # noqa: F811
    clock: Any,  # noqa: F811
    at_the_release: Callable[[], None],
) -> None:
    world = make_world(n_readers=2)
    for days in (0, 3):
        clock.shift(timedelta(days=days))
        world.finish_exploratory(world.readers[bool(days)], note="Wider")
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    world.read(world.current(world.readers[0]), {"ring": 4, "distance": 2})
    waiting = world.readers[1].assignments.filter(phase="blinded").earliest("position")
    opens_at = world.opens_at(world.readers[1])

    at_the_release()
    before = rows()
    assert len(before["readers_auditevent.number"]) > 10
    migrate(newest())

    after = rows()
    assert {column: after.get(column) for column in before} == before
    assert verify([event.link for event in AuditEvent.objects.all()]) == []
    call_command("verify_audit")
    with pytest.raises(DatabaseError, match="append-only"):
        Answer.objects.all()._raw_delete("default")
    clock.move_to(opens_at - timedelta(microseconds=1))
    with pytest.raises(WashoutNotOver):
        open_case(public_id=waiting.public_id, by=world.readers[1].user)
    clock.move_to(opens_at)
    open_case(public_id=waiting.public_id, by=world.readers[1].user)


def test_an_installation_that_was_not_migrated_is_told(at_the_release: Callable[[], None]) -> None:
    at_the_release()
    with pytest.raises(SystemExit):
        call_command("migrate", check_unapplied=True)


def test_no_upgrade_since_the_release_holds_a_large_table_for_long() -> None:
    """PostgreSQL adds a column with a constant default at once; for an index or a check it reads all rows."""
    graph = MigrationExecutor(connection).loader.graph
    released = {key for target in RELEASED for key in graph.forwards_plan(target)}
    since = [graph.nodes[key] for key in graph.nodes if key not in released and key[0] in dict(RELEASED)]
    assert since
    slow = [
        f"{migration}: {operation.describe()}"
        for migration in since
        for operation in migration.operations
        if getattr(operation, "model_name", "").lower() in LARGE and not isinstance(operation, QUICK)
    ]
    assert slow == []
