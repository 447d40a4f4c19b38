"""What only a person in the right place can do: the database refuses the rest, whoever writes to it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from readers.models import Membership, Prefetch, Signature, StudyEvent, Submission, Unlock
from readers.services.archive import archive_study
from readers.services.participation import pause_reader, resume_reader, withdraw_reader

pytestmark = pytest.mark.django_db


def refused(message):
    return pytest.raises(IntegrityError, match=message)


def test_no_case_of_a_reader_who_left_is_unlocked(blinded):
    reader = blinded.readers[0]
    blinded.read(blinded.current(reader), {"ring": 4, "distance": 2})
    withdraw_reader(reader=reader, reason="moved away", by=blinded.coordinator)
    submission = Submission.objects.get(assignment__phase="blinded")
    with refused("the reader has left"):
        Unlock.objects.create(submission=submission, by=blinded.coordinator, reason="a slip")


def test_nothing_is_fetched_ahead_for_a_reader_who_pauses(blinded):
    reader = blinded.readers[0]
    following = blinded.cases(reader, "blinded")[1]
    pause_reader(reader=reader, reason="on leave", by=blinded.coordinator)
    with refused("prefetch refused: the reader does not take part"):
        Prefetch.objects.create(assignment=following)


def test_frames_are_fetched_ahead_again_after_the_pause(blinded):
    reader = blinded.readers[0]
    pause_reader(reader=reader, reason="on leave", by=blinded.coordinator)
    resume_reader(reader=reader, reason="back", by=blinded.coordinator)
    assert Prefetch.objects.create(assignment=blinded.cases(reader, "blinded")[1])


@pytest.mark.parametrize(
    ("who", "meaning"),
    [("outsider", "form"), ("coordinator", "answers"), ("analyst", "form"), ("reader", "protocol")],
)
def test_nobody_signs_what_is_not_theirs(blinded, who, meaning):
    people = {
        "outsider": User.objects.create_user("outsider"),
        "coordinator": blinded.coordinator,
        "analyst": blinded.analyst,
        "reader": blinded.readers[0].user,
    }
    with refused("signature refused"):
        Signature.objects.create(
            user=people[who], study=blinded.study, meaning=meaning, target_type="study", target_id="1",
            sha256="0" * 64, printed_name="N. N.", seal="0" * 64,
        )  # fmt: skip


def test_a_reader_of_a_study_has_no_other_role_in_it(blinded):
    reader = blinded.readers[0]
    with refused("no other role"):
        Membership.objects.create(study=blinded.study, user=reader.user, role="coordinator")


def test_whoever_has_another_role_does_not_become_a_reader(blinded):
    with refused("no other role"):
        Membership.objects.filter(user=blinded.coordinator).update(role="reader", user=blinded.analyst)


def test_why_a_study_was_archived_stays_in_its_row_and_off_the_audit_trail(blinded):
    archive_study(study=blinded.study, reason="Over; N. N. has left", by=blinded.coordinator)
    event = StudyEvent.objects.get()
    assert (event.kind, event.reason) == ("archived", "Over; N. N. has left")
    assert "N. N." not in str(list(blinded.study.audit_events.values_list("details", flat=True)))
    with refused("append-only"):
        StudyEvent.objects.update(reason="another")
