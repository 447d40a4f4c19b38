"""Answers in versions: cannot judge, undo, two windows, unlock; and that a changed row is found."""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from readers import errors
from readers.models import Answer, AuditEvent, Criterion, Exposure, Submission, Unlock
from readers.protocol.phases import Phase, phase_of
from readers.selectors.facts import facts_of
from readers.selectors.ratings import not_judged, ratings
from readers.services.reading import open_case, save_answer, submit_case
from readers.services.unlock import unlock_case
from tests.flush import without_triggers
from tests.readers.conftest import SECOND

pytestmark = pytest.mark.django_db
WHY = "Slipped on the keyboard."


@pytest.fixture
def case(blinded):
    """The current blinded case, opened."""
    case = blinded.current(blinded.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    return case


def say(case, key="ring", **said):
    return save_answer(
        public_id=case.public_id,
        criterion_key=key,
        by=case.reader.user,
        **{"idempotency_key": uuid4()} | said,
    )


def submit(case):
    form = case.reader.study.form_sha256
    return submit_case(public_id=case.public_id, form_sha256=form, by=case.reader.user)


def versions(case, key="ring"):
    answers = Answer.objects.filter(assignment=case, criterion__key=key).order_by("version")
    return list(answers.values_list("version", "kind", "score", "reason"))


def test_cannot_judge_is_an_answer_stored_apart_from_the_scores(blinded, case):
    say(case, "ring", kind="cannot_judge", reason=" Motion artefact ")
    say(case, "distance", score=4)
    submit(case)
    assert [(r.criterion, r.score) for r in ratings(blinded.study)] == [("distance", 4)]
    (found,) = not_judged(blinded.study)
    assert (found.criterion, found.reader, found.reason) == ("ring", "R1", "Motion artefact")
    assert found.video == case.study_video.label


def test_cannot_judge_needs_a_reason(case):
    for reason in ("", "   "):
        with pytest.raises(errors.ReasonMissing):
            say(case, kind="cannot_judge", reason=reason)
    with pytest.raises(errors.ScoreOutOfScale):
        say(case, kind="cannot_judge", reason="Blurred", score=3)
    assert not Answer.objects.exists()


def test_an_undo_is_a_version_and_leaves_the_case_unfinished(case):
    say(case, "ring", score=2)
    say(case, "ring", score=4)
    say(case, "ring", score=2)
    say(case, "distance", score=1)
    say(case, "distance", kind="withdrawn")
    assert versions(case) == [(1, "score", 2, ""), (2, "score", 4, ""), (3, "score", 2, "")]
    assert versions(case, "distance") == [(1, "score", 1, ""), (2, "withdrawn", None, "")]
    with pytest.raises(errors.AnswersMissing, match="Interacetabular distance"):
        submit(case)


def test_what_was_never_answered_cannot_be_taken_back(case):
    with pytest.raises(errors.NothingToWithdraw):
        say(case, kind="withdrawn")
    assert not Answer.objects.exists()


@pytest.mark.parametrize("base", [0, 1])
def test_a_later_answer_of_another_window_is_not_superseded_unseen(case, base):
    say(case, score=2, base_version=0)
    say(case, score=3, base_version=1)
    with pytest.raises(errors.AnsweredElsewhere):
        say(case, score=5, base_version=base)
    assert say(case, score=3, base_version=base).version == 2  # the same answer twice is no conflict
    assert say(case, score=5, base_version=2).version == 3


def test_an_unlocked_case_is_answered_and_submitted_anew(blinded, case, clock):
    opened_at = blinded.opens_at(case.reader)
    say(case, "ring", score=1)
    say(case, "distance", score=5)
    submit(case)
    clock.shift(SECOND)
    unlock_case(public_id=case.public_id, reason=WHY, by=blinded.coordinator)
    assert ratings(blinded.study) == []
    assert blinded.current(case.reader) == case
    say(case, "ring", score=2, reason="Meant the other way round.")
    clock.shift(SECOND)
    assert submit(case).version == 2
    assert submit(case).version == 2
    assert [(r.criterion, r.score) for r in ratings(blinded.study)] == [("ring", 2), ("distance", 5)]
    assert versions(case) == [(1, "score", 1, ""), (2, "score", 2, "Meant the other way round.")]
    assert blinded.opens_at(case.reader) == opened_at
    assert Submission.objects.filter(assignment=case).count() == 2


def test_an_unlock_takes_a_finished_reader_back_into_the_blinded_phase(blinded, clock):
    reader = blinded.readers[0]
    for case in blinded.cases(reader, "blinded"):
        blinded.read(case, {"ring": 3, "distance": 3})
    facts = facts_of(reader)
    assert phase_of(facts, now=facts.opens_at) is Phase.LOCKED
    unlock_case(public_id=case.public_id, reason=WHY, by=blinded.coordinator)
    facts = facts_of(reader)
    assert (facts.blinded_submitted, phase_of(facts, now=facts.opens_at)) == (2, Phase.BLINDED)
    submit(case)
    assert facts_of(reader).blinded_submitted == 3


@pytest.mark.parametrize(
    ("who", "reason", "error"),
    [
        ("coordinator", " ", errors.ReasonMissing),
        ("analyst", WHY, errors.RoleRequired),
        ("monitor", WHY, errors.RoleRequired),
        ("reader", WHY, errors.NoSuchCase),
    ],
)
def test_only_a_coordinator_unlocks_and_says_why(blinded, case, who, reason, error):
    blinded.read(case, {"ring": 1, "distance": 1})
    by = case.reader.user if who == "reader" else getattr(blinded, who)
    with pytest.raises(error):
        unlock_case(public_id=case.public_id, reason=reason, by=by)
    assert not Unlock.objects.exists()


def test_nothing_but_submitted_blinded_cases_is_unlocked(blinded, case):
    with pytest.raises(errors.NotSubmitted):
        unlock_case(public_id=case.public_id, reason=WHY, by=blinded.coordinator)
    explored = blinded.cases(case.reader, "exploratory")[0]
    with pytest.raises(errors.UnlockRefused):
        unlock_case(public_id=explored.public_id, reason=WHY, by=blinded.coordinator)


def test_the_database_itself_holds_submissions_and_unlocks_in_turn(blinded, case):
    blinded.read(case, {"ring": 1, "distance": 1})
    again = {"assignment": case, "form_sha256": blinded.study.form_sha256}
    for version in (1, 2, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.create(version=version, **again)
    first = Submission.objects.get(assignment=case)
    for by in (blinded.analyst, case.reader.user):
        with pytest.raises(IntegrityError, match="only a coordinator"), transaction.atomic():
            Unlock.objects.create(submission=first, by=by, reason=WHY)
    explored = Submission.objects.filter(assignment__phase="exploratory").first()
    with pytest.raises(IntegrityError, match="only blinded cases"), transaction.atomic():
        Unlock.objects.create(submission=explored, by=blinded.coordinator, reason=WHY)
    Unlock.objects.create(submission=first, by=blinded.coordinator, reason=WHY)
    with pytest.raises(IntegrityError, match="not unlocked since"), transaction.atomic():
        Submission.objects.create(version=3, **again)
    Submission.objects.create(version=2, **again)


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "score", "score": None},
        {"kind": "cannot_judge", "score": None, "reason": ""},
        {"kind": "cannot_judge", "score": 3, "reason": "Blurred"},
        {"kind": "withdrawn", "score": 3},
        {"kind": "skipped", "score": None},
    ],
)
def test_the_database_refuses_answers_that_say_nothing_or_two_things(case, row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            assignment=case,
            criterion=Criterion.objects.first(),
            version=1,
            answered_by=case.reader.user,
            **row,
        )


def test_the_database_refuses_a_submission_with_an_answer_taken_back(blinded, case):
    say(case, "ring", score=1)
    say(case, "distance", score=1)
    say(case, "ring", kind="withdrawn")
    with pytest.raises(IntegrityError, match="not every criterion"), transaction.atomic():
        Submission.objects.create(assignment=case, form_sha256=blinded.study.form_sha256)


def verify():
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


def test_answers_as_they_were_saved_verify(blinded, case):
    say(case, "ring", score=1)
    say(case, "ring", kind="cannot_judge", reason="Blurred")
    assert "All 2 answers are as they were saved" in verify()


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (lambda a: Answer.objects.filter(pk=a.pk).update(score=5), "edited: version 1 of “ring”"),
        (lambda a: Answer.objects.filter(pk=a.pk).update(reason="x"), "edited: version 1 of “ring”"),
        (lambda a: Answer.objects.filter(pk=a.pk).update(idempotency_key=uuid4()), "edited: version 1"),
        (lambda a: Answer.objects.filter(pk=a.pk)._raw_delete("default"), "deleted: version 1 of “ring”"),
        (
            lambda a: Answer.objects.create(
                assignment=a.assignment, criterion=a.criterion, version=2, score=5, answered_by=a.answered_by
            ),
            "inserted: answers of study",
        ),
    ],
)
def test_an_answer_that_was_changed_in_the_database_is_found(case, tamper, found):
    from django.db import connection

    answer = say(case, score=1)
    with without_triggers(connection):
        tamper(answer)
    out = StringIO()
    with pytest.raises(CommandError, match="1 findings"):
        call_command("verify_audit", stdout=out)
    assert found in out.getvalue()


def test_the_fingerprint_on_the_audit_trail_does_not_tell_the_score(blinded):
    hashes = set()
    for number, blinded_case in enumerate(blinded.cases(blinded.readers[0], "blinded")):
        blinded.read(blinded_case, {"ring": 3, "distance": 3})
        found = AuditEvent.objects.filter(action="answer.saved").values_list("details__sha256", flat=True)
        hashes |= set(found)
        assert len(hashes) == 2 * (number + 1)


def test_opening_again_after_an_unlock_is_a_new_viewing(blinded, case):
    blinded.read(case, {"ring": 1, "distance": 1})
    n = Exposure.objects.filter(assignment=case).count()
    with pytest.raises(errors.AlreadySubmitted):
        open_case(public_id=case.public_id, by=case.reader.user)
    unlock_case(public_id=case.public_id, reason=WHY, by=blinded.coordinator)
    open_case(public_id=case.public_id, by=case.reader.user)
    assert Exposure.objects.filter(assignment=case).count() == n + 1


def test_the_coordinator_unlocks_on_a_page_that_shows_no_answer(blinded, case, as_user):
    blinded.read(case, {"ring": 1, "distance": 1})
    client = as_user(blinded.coordinator)
    address = "/studies/pelvis/readers/R1/cases/"
    page = client.get(address).content.decode()
    assert "submitted (version 1)" in page
    assert "much more elongated" not in page
    reply = client.post(f"{address}{case.public_id}/unlock/", {"reason": WHY}, follow=True)
    assert "is open again" in reply.content.decode()
    assert WHY in reply.content.decode()
    reply = client.post(f"{address}{case.public_id}/unlock/", {"reason": WHY}, follow=True)
    assert "there is nothing to unlock" in reply.content.decode()
    assert Unlock.objects.count() == 1
    assert as_user(case.reader.user).get(f"/api/v1/assignments/{case.public_id}/").json()["unlocked"] == WHY
