"""The audit trail: every act of the readers room is recorded here, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.utils import timezone

from readers.models import Action, AuditEvent, Study
from readers.protocol.audit import GENESIS, Event, event_hash
from readers.request_id import current_request_id

# Any number, the same in every process: on PostgreSQL one transaction at a time holds its lock.
CHAIN_LOCK = 7_263_541_082


@dataclass(frozen=True)
class Target:
    """What an act was done to: the kind of thing, and an id that tells nothing about it."""

    kind: str
    id: str


def record(
    *,
    action: Action,
    actor: User | None,
    study: Study | None = None,
    target: models.Model | Target | None = None,
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append an event to the chain. `actor` None is the system itself.

    `details` hold text, whole numbers, lists and objects: never a score, never a name of a person.
    Call it last in a transaction: from here to the commit nobody else can append. One query reads the end of
    the chain and one writes; `full_clean` would ask again for what the services have just read or written.
    """
    reference = _reference(target)
    with transaction.atomic(savepoint=False):
        last = _last_event()
        event = Event(
            at=timezone.now(),
            actor=actor.pk if actor else None,
            actor_name=actor.get_username() if actor else "",
            study=study.pk if study else None,
            action=Action(action).value,
            target_type=reference.kind,
            target_id=reference.id,
            details=dict(details or {}),
            prev_hash=last.hash if last else GENESIS,
            request_id=current_request_id(),
        )
        return AuditEvent.objects.create(
            number=last.number + 1 if last else 1,
            at=event.at,
            actor_id=event.actor,
            actor_name=event.actor_name,
            study_id=event.study,
            action=event.action,
            target_type=event.target_type,
            target_id=event.target_id,
            details=event.details,
            prev_hash=event.prev_hash,
            request_id=event.request_id,
            hash=event_hash(event),
        )


def _last_event() -> AuditEvent | None:
    """The end of the chain, once nobody else can append; on SQLite an IMMEDIATE transaction sees to that."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    return AuditEvent.objects.only("number", "hash").last()


def _reference(target: models.Model | Target | None) -> Target:
    if target is None:
        return Target("", "")
    if isinstance(target, Target):
        return target
    return Target(target._meta.model_name or "", str(getattr(target, "public_id", target.pk)))
