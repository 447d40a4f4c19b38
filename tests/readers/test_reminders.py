"""Reminders: seven, one and no days before the opening, each once, however often cron runs."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from readers import errors
from readers.models import AuditEvent, Reader, ReminderSent
from readers.protocol.reminders import DAYS_BEFORE, due
from readers.services.participation import pause_reader, withdraw_reader
from readers.services.reminders import remind_by_hand
from tests.readers.conftest import SECOND, START

DAY = timedelta(days=1)


@given(st.lists(st.integers(-30 * 24, 3 * 24), max_size=40))
def test_whenever_cron_runs_each_reminder_goes_at_most_once_and_never_before_its_time(hours):
    sent: list[int] = []
    for hour in sorted(hours):
        now = START + timedelta(hours=hour)
        if (days := due(opens_at=START, now=now, sent=sent)) is not None:
            assert now >= START - days * DAY
            assert all(days < earlier for earlier in sent)
            sent.append(days)
    assert set(sent) <= set(DAYS_BEFORE)
    if any(hour >= 0 for hour in hours):
        assert sent[-1] == 0


@pytest.fixture
def waiting(make_world, clock, db):
    world = make_world(n_readers=2)
    for reader in world.readers:
        reader.user.email = f"{reader.code}@example.org"
        reader.user.save()
        world.finish_exploratory(reader)
    world.lock_form()
    return world


def run(**options):
    out = StringIO()
    call_command("send_reminders", stdout=out, stderr=out, **options)
    return out.getvalue()


def test_each_goes_once_to_each_reader_at_its_time(waiting, clock):
    opens_at = waiting.opens_at(waiting.readers[0])
    for offset, n_mails in [
        (-8 * DAY, 0),
        (-7 * DAY - SECOND, 0),
        (-7 * DAY, 2),
        (-6 * DAY, 0),
        (-DAY, 2),
        (-SECOND, 0),
        (timedelta(0), 2),
        (5 * DAY, 0),
    ]:
        clock.move_to(opens_at + offset)
        for expected in (n_mails, 0, 0):
            mail.outbox.clear()
            run()
            assert len(mail.outbox) == expected, offset
    assert list(ReminderSent.objects.values_list("days_before", flat=True)) == [7, 7, 1, 1, 0, 0]
    assert AuditEvent.objects.filter(action="reader.reminded", actor=None).count() == 6


def test_a_dry_run_says_and_does_nothing(waiting, clock):
    clock.move_to(waiting.opens_at(waiting.readers[0]) - DAY)
    assert run(dry_run=True).count("would send") == 2
    assert mail.outbox == []
    assert run().count("sent pelvis R") == 2


def test_when_the_opening_moves_its_reminders_are_sent_anew(waiting, clock):
    reader = waiting.readers[0]
    clock.move_to(waiting.opens_at(reader) - DAY)
    run()
    waiting.cases(reader, "exploratory")[0].exposures.create()
    mail.outbox.clear()
    clock.move_to(waiting.opens_at(reader) - DAY)
    run()
    assert ["R1@example.org"] in [message.to for message in mail.outbox]
    assert ReminderSent.objects.filter(reader=reader).count() == 2


def test_the_mail_names_both_zones_and_nothing_that_unblinds(waiting, clock):
    reader = waiting.readers[0]
    Reader.objects.filter(pk=reader.pk).update(time_zone="Europe/Madrid")
    clock.move_to(waiting.opens_at(reader) - 7 * DAY)
    run()
    text = mail.outbox[0].subject + "\n" + mail.outbox[0].body
    # START is 15:00:00.25 on 20 February; 28 days later is the minute after, still winter time in Madrid.
    assert "Friday 20 March 2026, 15:01 UTC (Friday 20 March 2026, 16:01 Europe/Madrid)" in text
    assert "7 days" in text
    study = waiting.study
    for word in (study.title, study.slug, study.group_a, study.group_b, "V01", "R2"):
        assert word not in text


def test_who_does_not_take_part_or_has_begun_is_left_in_peace(waiting, clock):
    first, second = waiting.readers
    clock.move_to(waiting.opens_at(first))
    waiting.read(waiting.current(first), {"ring": 1, "distance": 1})
    pause_reader(reader=second, reason="on leave", by=waiting.coordinator)
    run()
    assert mail.outbox == []


def test_a_reader_without_an_address_fails_the_run_and_not_the_others(waiting, clock):
    waiting.readers[0].user.email = ""
    waiting.readers[0].user.save()
    clock.move_to(waiting.opens_at(waiting.readers[0]))
    with pytest.raises(CommandError, match="1 reminders could not"):
        run()
    assert [message.to for message in mail.outbox] == [["R2@example.org"]]


def test_by_hand_at_any_time_and_only_by_a_coordinator(waiting):
    reader = waiting.readers[0]
    for _ in range(2):
        remind_by_hand(reader=reader, text="We miss you.", by=waiting.coordinator)
    assert ["We miss you." in message.body for message in mail.outbox] == [True, True]
    with pytest.raises(errors.RoleRequired):
        remind_by_hand(reader=reader, text="", by=waiting.monitor)
    withdraw_reader(reader=reader, reason="moved", by=waiting.coordinator)
    assert len(mail.outbox) == 2
