"""Rows out and in, as JSON lines: one file a model, the same bytes from SQLite and from PostgreSQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from counterpart.backup.triggers import without_triggers

BATCH = 1_000
# Sessions end with a restore; the last two are made by `migrate`, with other ids in each database.
LEFT_OUT = (Session, UserSession, ContentType, Permission)


@dataclass(frozen=True)
class Table:
    """What a file of rows holds: how many, and its SHA-256 (hex)."""

    rows: int
    sha256: str


def kept_models() -> list[type[models.Model]]:
    """Every model whose rows are kept, those first that others are found by."""
    ordered = serializers.sort_dependencies([(config, None) for config in apps.get_app_configs()])
    return [model for model in ordered if model not in LEFT_OUT and model._meta.managed]


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as it was at one moment, while others go on writing."""
    isolation = {"postgresql": " ISOLATION LEVEL REPEATABLE READ READ ONLY"}.get(connection.vendor, "")
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN{isolation}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def dump(folder: Path) -> dict[str, Table]:
    """Write ``folder/<model>.jsonl`` for every kept model, in order of the primary key."""
    return {model._meta.label_lower: _dump_model(model, folder) for model in kept_models()}


def fingerprints() -> dict[str, Table]:
    """What `dump` would give now, without a file."""
    return {model._meta.label_lower: _write(model, None) for model in kept_models()}


def load(folder: Path) -> None:
    """Put the rows of ``folder`` in the place of all that there are, keys included, past every trigger."""
    kept = kept_models()
    with without_triggers(connection):
        for model in reversed(kept):
            model._base_manager.all()._raw_delete(connection.alias)
        for model in kept:
            with _file(folder, model).open(encoding="utf-8") as stream:
                _load_model(model, stream)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), kept):
                cursor.execute(statement)


def applied_migrations() -> list[str]:
    """Migrations of this database, as "app.name", sorted."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _file(folder: Path, model: type[models.Model]) -> Path:
    return folder / f"{model._meta.label_lower}.jsonl"


def _dump_model(model: type[models.Model], folder: Path) -> Table:
    with _file(folder, model).open("w", encoding="utf-8") as stream:
        return _write(model, stream)


def _write(model: type[models.Model], stream: IO[str] | None) -> Table:
    counted = _Hashing(stream)
    rows = model._base_manager.order_by("pk").iterator(chunk_size=BATCH)
    serializers.serialize(
        "jsonl",
        rows,
        stream=counted,
        use_natural_foreign_keys=_by_name(model),
        cls=_ExactEncoder,
        sort_keys=True,  # PostgreSQL keeps objects in an order of its own
    )
    return Table(counted.lines, counted.digest.hexdigest())


def _by_name(model: type[models.Model]) -> bool:
    """Whether rows refer to what each database numbers by itself; only then names are worth a query a row."""
    related = [field.related_model for field in (*model._meta.fields, *model._meta.many_to_many)]
    return any(other in LEFT_OUT for other in related)


def _load_model(model: type[models.Model], stream: Iterable[str]) -> None:
    objects = serializers.deserialize("jsonl", stream)
    # In bulk, Django would set these times anew and forget what is kept in tables between.
    timed = any(getattr(field, "auto_now_add", False) for field in model._meta.fields)
    if timed or model._meta.many_to_many:
        for one in objects:
            one.save(force_insert=True)
        return
    while batch := [one.object for one in islice(objects, BATCH)]:
        model._base_manager.bulk_create(batch)


class _ExactEncoder(DjangoJSONEncoder):
    """Times to the microsecond; Django's own encoder cuts them to milliseconds, and hashes cover them."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class _Hashing:
    """A text stream that counts lines and hashes what goes through to the file behind it, if there is one."""

    def __init__(self, behind: IO[str] | None) -> None:
        self.behind = behind
        self.digest = hashlib.sha256()
        self.lines = 0

    def write(self, text: str) -> Any:
        self.digest.update(text.encode())
        self.lines += text.count("\n")
        return self.behind.write(text) if self.behind else None
