"""Reminders by mail: on schedule before the blinded phase opens, and by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from readers.emails import send_reminder
from readers.models import Action, Reader, ReminderSent
from readers.permissions import require_coordinator
from readers.protocol.participation import State
from readers.protocol.phases import Facts, Phase, phase_of
from readers.protocol.reminders import due
from readers.selectors.facts import facts_by_reader
from readers.selectors.participation import states_of
from readers.services.audit import record


def due_reminders() -> list[tuple[Reader, datetime, int]]:
    """(reader, opening, days before) of each reminder to send now, in four queries for all studies."""
    now = timezone.now()
    readers = Reader.objects.filter(study__archived_at=None, study__form_locked_at__isnull=False)
    states, facts = states_of(readers), facts_by_reader(readers)
    sent: dict[tuple[int, datetime | None], set[int | None]] = defaultdict(set)
    for pk, opens_at, days in ReminderSent.objects.values_list("reader", "opens_at", "days_before"):
        sent[pk, opens_at].add(days)
    found = []
    for reader in readers.select_related("study", "user").order_by("pk"):
        opens_at = facts[reader.pk].opens_at
        if opens_at is None or states[reader.pk] is not State.ACTIVE or _has_begun(facts[reader.pk], now):
            continue
        done = {days for days in sent[reader.pk, opens_at] if days is not None}
        if (days := due(opens_at=opens_at, now=now, sent=done)) is not None:
            found.append((reader, opens_at, days))
    return found


def send_due_reminder(*, reader: Reader, opens_at: datetime, days_before: int) -> bool:
    """Send one reminder and record it; False if it has been sent meanwhile. Raises `MailNotSent`.

    The row is written after the mail is gone, in the transaction that holds the reader's row: two runs at
    once send one mail, and a mail that failed is tried again by the next run.
    """
    with transaction.atomic():
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        if ReminderSent.objects.filter(reader=reader, opens_at=opens_at, days_before=days_before).exists():
            return False
        send_reminder(reader, opens_at=opens_at, now=timezone.now())
        _keep(reader, opens_at, days_before, by=None)
    return True


def remind_by_hand(*, reader: Reader, text: str, by: User) -> ReminderSent:
    """Remind a reader now, in the coordinator's words; raises `MailNotSent`."""
    require_coordinator(user=by, study=reader.study)
    facts = facts_by_reader(Reader.objects.filter(pk=reader.pk))[reader.pk]
    with transaction.atomic():
        send_reminder(reader, opens_at=facts.opens_at, now=timezone.now(), text=text.strip())
        return _keep(reader, facts.opens_at, None, by=by)


def _keep(
    reader: Reader, opens_at: datetime | None, days_before: int | None, *, by: User | None
) -> ReminderSent:
    sent = ReminderSent(reader=reader, opens_at=opens_at, days_before=days_before)
    sent.full_clean()
    sent.save()
    details = {"code": reader.code, "days_before": days_before}
    record(action=Action.READER_REMINDED, actor=by, study=reader.study, target=reader, details=details)
    return sent


def _has_begun(facts: Facts, now: datetime) -> bool:
    """Whoever reads blinded videos needs no reminder that they are open."""
    return phase_of(facts, now=now) is Phase.LOCKED or facts.blinded_submitted > 0
