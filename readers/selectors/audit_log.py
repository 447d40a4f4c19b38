"""The audit trail of a study as an inspector reads it: filtered, latest first; whether its chain holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from readers.models import AuditEvent, Reader, Study
from readers.protocol.audit import Finding, Head, head_of, verify

UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class AuditFilter:
    """What to show: empty fields leave everything in. Dates are days in UTC, both inclusive."""

    actor: str = ""
    action: str = ""
    reader: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class ChainStatus:
    """The whole chain, of all studies: hashes link every event to the one before."""

    head: Head
    findings: list[Finding]


def audit_events(study: Study, chosen: AuditFilter) -> QuerySet[AuditEvent]:
    """Events of a study that pass the filter, latest first."""
    events = AuditEvent.objects.filter(study=study).order_by("-number")
    if chosen.actor:
        events = events.filter(actor_name=chosen.actor)
    if chosen.action:
        events = events.filter(action=chosen.action)
    if chosen.reader:
        events = events.filter(_about(study, chosen.reader))
    if chosen.since:
        events = events.filter(at__gte=_midnight(chosen.since))
    if chosen.until:
        events = events.filter(at__lt=_midnight(chosen.until + timedelta(days=1)))
    return events


def actors_of(study: Study) -> list[str]:
    """Sign-in names that occur in the trail of a study."""
    names = AuditEvent.objects.filter(study=study).order_by("actor_name").values_list("actor_name", flat=True)
    return [name for name in names.distinct() if name]


def chain_status() -> ChainStatus:
    """Verify the chain as it is in the database now; it is read whole."""
    links = [event.link for event in AuditEvent.objects.all().iterator(chunk_size=2000)]
    return ChainStatus(head=head_of(links), findings=verify(links))


def _about(study: Study, code: str) -> Q:
    """Events that a reader did, and those done to that reader."""
    reader = Reader.objects.filter(study=study, code=code).first()
    if reader is None:
        return Q(pk__in=())
    return (
        Q(actor=reader.user_id)
        | Q(target_type="reader", target_id=str(reader.pk))
        | Q(target_type="user", target_id=str(reader.user_id))
        | Q(details__code=code)
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
