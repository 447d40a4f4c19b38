"""What the database refuses by itself, whoever asks: the services are bypassed on purpose."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from readers.migrations._guards import installed
from readers.models import (
    Allocation,
    Answer,
    Assignment,
    AuditEvent,
    Criterion,
    Exposure,
    Observation,
    Reader,
    Retraction,
    Room,
    RoomAct,
    Signature,
    Study,
    StudyVideo,
    Submission,
    Unlock,
    ViewingEvent,
    Void,
)
from readers.services.consensus import act
from readers.services.observations import retract
from readers.services.reading import open_case, submit_case
from readers.services.studies import set_criteria
from readers.services.unlock import unlock_case
from readers.services.viewing import log_viewing
from tests.readers.conftest import CRITERIA, MICROSECOND, START

pytestmark = pytest.mark.django_db


def refused(message):
    return pytest.raises(IntegrityError, match=message)


def test_all_guards_are_installed():
    standing = installed("9999", connection.vendor)
    expected = {name for kind, name in standing if kind == "TRIGGER"}
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        assert {name for (name,) in cursor.fetchall() if name.startswith("readers_")} == expected
    assert len(expected) > 15


@pytest.fixture
def blinded(make_world, clock):
    """The blinded phase, with everything on record that comes before it."""
    world = make_world()
    reader = world.readers[0]
    for case in world.cases(reader, "exploratory"):
        open_case(public_id=case.public_id, by=reader.user)
        note = world.note(case, "something")
        retract(public_id=case.public_id, observation=note.public_id, by=reader.user)
        world.submit(case)
    act(public_id=world.study.room.public_id, by=reader.user, kind="arrived")
    set_criteria(study=world.study, criteria=CRITERIA[:1], by=world.coordinator)
    world.sign_form(reader)
    set_criteria(study=world.study, criteria=CRITERIA, by=world.coordinator)
    world.lock_form()
    clock.move_to(world.opens_at(reader))
    return world


@pytest.fixture
def read_once(blinded):
    world = blinded
    case = world.current(world.readers[0])
    world.read(case, {"ring": 1, "distance": 5})
    unlock_case(public_id=case.public_id, reason="Slipped on the keyboard.", by=world.coordinator)
    event = {"sequence": 0, "kind": "input", "at_ms": 0, "data": {}}
    log_viewing(public_id=case.public_id, sitting=uuid4(), events=[event], by=case.reader.user)
    submit_case(public_id=case.public_id, form_sha256=world.study.form_sha256, by=case.reader.user)
    return world


RECORD = [
    *(Allocation, Assignment, Exposure, Answer, Submission, AuditEvent),
    *(Observation, Retraction, Room, RoomAct, Signature, Void, Unlock, ViewingEvent),
]


@pytest.mark.parametrize("model", RECORD)
def test_the_record_is_append_only(read_once, model):
    assert model.objects.exists()
    field = model._meta.pk.name
    with refused("append-only"), transaction.atomic():
        model.objects.update(**{field: model.objects.values_list(field, flat=True)[0]})
    with refused("append-only"), transaction.atomic():
        row = model.objects.all()[:1].get()
        model.objects.filter(pk=row.pk)._raw_delete(using="default")


@pytest.mark.parametrize("model", RECORD)
def test_no_row_is_written_over_and_no_table_emptied(read_once, model):
    """Ways past a trigger for single rows: INSERT OR REPLACE on SQLite, TRUNCATE on PostgreSQL."""
    table, key = model._meta.db_table, model._meta.pk.column
    way_past = {
        "sqlite": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} ORDER BY {key} DESC LIMIT 1",
        "postgresql": f"TRUNCATE {table} CASCADE",
    }
    connection.check_constraints()  # PostgreSQL truncates no table with foreign keys left to check
    refusals = "append-only|does not follow|form is locked|not unlocked since|answers are locked"
    with refused(refusals), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(way_past[connection.vendor])
    assert model.objects.exists()


def test_a_study_that_was_read_cannot_be_deleted(read_once):
    with pytest.raises(ProtectedError):
        read_once.study.delete()


def blinded_rows(world, when):
    """One insert of each kind that shows or scores a blinded video at a moment."""
    case = world.cases(world.readers[0], "blinded")[0]
    criterion = Criterion.objects.first()
    user = world.readers[0].user
    return [
        lambda: Exposure.objects.create(assignment=case, opened_at=when),
        lambda: Answer.objects.create(
            assignment=case, criterion=criterion, version=1, score=3, answered_at=when, answered_by=user
        ),
        lambda: Submission.objects.create(
            assignment=case, submitted_at=when, form_sha256=world.study.form_sha256
        ),
    ]


def answer_all(case, when):
    for criterion in Criterion.objects.all():
        Answer.objects.create(
            assignment=case,
            criterion=criterion,
            version=1,
            score=2,
            answered_at=when,
            answered_by=case.reader.user,
        )


@pytest.mark.parametrize("kind", range(3))
def test_nothing_blinded_before_the_washout_ends_to_the_microsecond(blinded, kind):
    opens_at = blinded.opens_at(blinded.readers[0])
    assert opens_at.microsecond
    if kind == 2:  # a submission needs its answers
        answer_all(blinded.current(blinded.readers[0]), opens_at)
    with refused("too early"), transaction.atomic():
        blinded_rows(blinded, opens_at - MICROSECOND)[kind]()
    blinded_rows(blinded, opens_at)[kind]()


def test_nothing_blinded_before_the_form_is_locked(make_world, clock):
    world = make_world()
    world.finish_exploratory(world.readers[0])
    for insert in blinded_rows(world, START.replace(year=2036))[:2]:
        with refused("too early"), transaction.atomic():
            insert()


def test_nothing_blinded_before_the_exploratory_phase_is_finished(make_world, clock):
    world = make_world()
    world.lock_form()
    for insert in blinded_rows(world, START.replace(year=2036))[:2]:
        with refused("too early"), transaction.atomic():
            insert()


def test_another_look_at_an_exploratory_video_moves_the_opening(blinded):
    reader = blinded.readers[0]
    before = blinded.opens_at(reader)
    exploratory = blinded.cases(reader, "exploratory")[0]
    Exposure.objects.create(assignment=exploratory, opened_at=before - MICROSECOND)
    assert blinded.opens_at(reader) > before
    with refused("too early"), transaction.atomic():
        blinded_rows(blinded, before)[0]()


def test_no_exploratory_video_after_a_blinded_one(blinded):
    reader = blinded.readers[0]
    blinded_rows(blinded, blinded.opens_at(reader))[0]()
    with refused("stay closed"), transaction.atomic():
        Exposure.objects.create(assignment=blinded.cases(reader, "exploratory")[0])


def test_no_answer_after_the_submission(read_once):
    submitted = Submission.objects.get(assignment__phase="blinded", version=2).assignment
    with refused("locked"), transaction.atomic():
        Answer.objects.create(
            assignment=submitted,
            criterion=Criterion.objects.first(),
            version=2,
            score=3,
            answered_by=submitted.reader.user,
        )


def test_no_answer_to_an_exploratory_case(make_world, clock):
    world = make_world()
    with refused("only criteria of the study"), transaction.atomic():
        Answer.objects.create(
            assignment=world.cases(world.readers[0], "exploratory")[0],
            criterion=Criterion.objects.first(),
            version=1,
            score=3,
            answered_by=world.readers[0].user,
        )


def test_no_submission_with_a_criterion_unanswered_or_another_form(blinded):
    case = blinded.current(blinded.readers[0])
    with refused("not every criterion"), transaction.atomic():
        Submission.objects.create(assignment=case, form_sha256=blinded.study.form_sha256)
    answer_all(case, blinded.opens_at(blinded.readers[0]))
    with refused("name the form"), transaction.atomic():
        Submission.objects.create(assignment=case, form_sha256="0" * 64)
    Submission.objects.create(assignment=case, form_sha256=blinded.study.form_sha256)


@pytest.mark.parametrize("score", [0, 6])
def test_no_score_outside_the_scale(blinded, score):
    case = blinded.current(blinded.readers[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            assignment=case,
            criterion=Criterion.objects.first(),
            version=1,
            score=score,
            answered_by=case.reader.user,
        )


@pytest.mark.parametrize(
    "change",
    [
        {"washout_days": 29},
        {"conceal_direction": False},
        {"question_template": "?"},
        {"n_exploratory": 0},
        {"form_locked_at": None, "form_sha256": ""},
        {"form_sha256": "1" * 64},
    ],
)
def test_a_locked_study_is_frozen(blinded, change):
    with refused("frozen"), transaction.atomic():
        Study.objects.update(**change)


def test_what_was_drawn_for_is_frozen_before_the_form_is_locked(make_world):
    make_world()
    for change in ({"n_blinded": 2}, {"n_repeats": 1, "repeat_distance": 1}, {"allocation_seed": 1}):
        with refused("videos are drawn"), transaction.atomic():
            Study.objects.update(**change)
    assert Study.objects.update(washout_days=40) == 1


@pytest.mark.parametrize(
    "change", [{"notice": "Look at the ring."}, {"display": "x"}, {"session_minutes": 5}]
)
def test_what_readers_see_is_frozen_once_a_blinded_video_is_read(blinded, change):
    assert Study.objects.update(**change) == 1
    blinded_rows(blinded, blinded.opens_at(blinded.readers[0]))[0]()
    with refused("has been read"), transaction.atomic():
        Study.objects.update(**{name: value * 2 for name, value in change.items()})


def test_the_title_of_a_locked_study_may_still_be_mended(blinded):
    assert Study.objects.update(title="Pelvis, second spelling") == 1


def test_a_washout_under_28_days_is_refused(make_world):
    world = make_world()
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.filter(pk=world.study.pk).update(washout_days=27)


def test_criteria_of_a_locked_form_are_frozen(blinded):
    criterion = Criterion.objects.first()
    with refused("frozen"), transaction.atomic():
        Criterion.objects.filter(pk=criterion.pk).update(name="Other")
    with refused("frozen"), transaction.atomic():
        Criterion.objects.filter(pk=criterion.pk)._raw_delete(using="default")
    with refused("frozen"), transaction.atomic():
        Criterion.objects.create(
            study=blinded.study, position=9, key="new", name="New", anchors=list("abcde")
        )


def test_assigned_videos_and_readers_stay_as_they_are(make_world):
    make_world()
    with refused("cannot change"), transaction.atomic():
        StudyVideo.objects.filter(phase="blinded").update(phase="exploratory")
    with refused("cannot change"), transaction.atomic():
        Reader.objects.update(code="R9")


def test_an_assignment_cannot_show_a_blinded_video_as_exploratory(make_world):
    world = make_world()
    reader = Reader.objects.create(study=world.study, user=world.analyst, code="R7", specialty="other")
    video = StudyVideo.objects.filter(phase="blinded").first()
    with refused("must be those of the video"), transaction.atomic():
        Assignment.objects.create(
            public_id=uuid4(),
            reader=reader,
            study_video=video,
            phase="exploratory",
            position=1,
            direction=video.direction,
        )


@pytest.mark.parametrize("shared", ["noise_seed", "video"])
def test_the_two_sets_share_no_seed_and_no_video(make_world, shared):
    world = make_world()
    taken = StudyVideo.objects.filter(phase="exploratory").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyVideo.objects.create(
            study=world.study,
            label="V99",
            phase="blinded",
            direction="AB",
            **{shared: getattr(taken, shared)},
        )
