"""What a coordinator does once the results are open says so: in its row, the audit trail, the deviation."""

from __future__ import annotations

import pytest

from readers.models import AuditEvent, Deviation, ReaderEvent, Unlock
from readers.permissions import may_see_results
from readers.services.participation import pause_reader
from readers.services.unlock import unlock_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(blinded):
    """The first of three blinded cases, submitted."""
    case = blinded.current(blinded.readers[0])
    blinded.read(case, {"ring": 4, "distance": 2})
    return case


def marks(deviation_words):
    """The mark in the row, on the audit trail, and in the words of the deviation."""
    event = AuditEvent.objects.filter(action="case.unlocked").last()
    deviation = Deviation.objects.filter(kind="unlock").first()
    return Unlock.objects.last().unblinded, event.details["unblinded"], deviation_words in deviation.text


def test_an_unlock_before_the_results_are_open_is_blind(blinded, first):
    unlock_case(public_id=first.public_id, reason="A slip.", by=blinded.coordinator)
    assert marks("the results could be seen") == (False, False, False)


def test_an_unlock_after_the_results_are_open_says_so(blinded, first):
    for case in blinded.cases(blinded.readers[0], "blinded")[1:]:
        blinded.read(case, {"ring": 4, "distance": 2})
    assert may_see_results(user=blinded.coordinator, study=blinded.study)
    unlock_case(public_id=first.public_id, reason="A slip.", by=blinded.coordinator)
    assert marks("the results could be seen") == (True, True, True)
    assert not may_see_results(user=blinded.coordinator, study=blinded.study)


def test_an_act_on_a_reader_after_the_results_are_open_says_so(blinded, first):
    reader = blinded.readers[0]
    for case in blinded.cases(reader, "blinded")[1:]:
        blinded.read(case, {"ring": 4, "distance": 2})
    pause_reader(reader=reader, reason="on leave", by=blinded.coordinator)
    assert ReaderEvent.objects.get().unblinded
    assert AuditEvent.objects.last().details["unblinded"] is True
