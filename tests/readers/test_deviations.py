"""The deviations log: found by the system once for each cause, noted by hand, never changed."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from readers import errors
from readers.models import AuditEvent, Deviation
from readers.protocol.clock import SLACK_SECONDS, clock_problem
from readers.services.deviations import note_deviation
from readers.services.display import record_display_check
from readers.services.reading import open_case
from readers.services.unlock import unlock_case
from readers.services.viewing import log_viewing
from tests.readers.conftest import SECOND

pytestmark = pytest.mark.django_db

SCORES = {"ring": 1, "distance": 5}
SCREEN = {
    "renderer": "canvas2d",
    "device_pixel_ratio": 1.0,
    "page_zoom": 1.0,
    "screen_width": 1920,
    "screen_height": 1080,
    "colour_depth": 24,
}


def kinds():
    return list(Deviation.objects.order_by("pk").values_list("kind", flat=True))


def test_asking_too_early_is_noted_once_a_day_for_each_case(make_world, clock, as_user):
    world = make_world()
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    case = world.cases(reader, "blinded")[0]
    clock.move_to(world.opens_at(reader) - SECOND)
    for _ in range(3):
        with pytest.raises(errors.WashoutNotOver):
            open_case(public_id=case.public_id, by=reader.user)
    as_user(reader.user).get(f"/read/{case.public_id}/")
    assert kinds() == ["early"]
    entry = Deviation.objects.get()
    assert (entry.reader, entry.by) == (reader, None)
    assert AuditEvent.objects.filter(action="deviation.noted", actor=None).count() == 1


def test_an_exploratory_video_opened_again_is_noted(make_world, clock):
    world = make_world(reopen_exploratory=True)
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    clock.shift(timedelta(days=3).total_seconds())
    open_case(public_id=world.cases(reader, "exploratory")[0].public_id, by=reader.user)
    assert kinds() == ["reopened"]


def test_an_unlock_is_noted(blinded):
    case = blinded.current(blinded.readers[0])
    blinded.read(case, SCORES)
    unlock_case(public_id=case.public_id, reason="wrong key", by=blinded.coordinator)
    assert kinds() == ["unlock"]


def test_a_screen_that_shows_greys_wrong_is_noted_and_a_right_one_is_not(blinded):
    reader = blinded.readers[0]
    case = blinded.current(reader)
    facts = {"by": reader.user, "user_agent": "", **SCREEN}
    record_display_check(assignment=case.public_id, wrong_greys=0, **facts)
    assert kinds() == []
    record_display_check(assignment=case.public_id, wrong_greys=3, **facts)
    seen = {"dark_seen": False, "light_seen": True, "steps_seen": True}
    record_display_check(assignment=None, wrong_greys=0, **facts, **seen)
    assert kinds() == ["display", "display"]
    assert "3 of 256" in Deviation.objects.last().text


def log(case, number, at_ms, sitting):
    event = {"sequence": number, "kind": "frames", "at_ms": at_ms, "data": {"ranges": [[0, 0]]}}
    log_viewing(public_id=case.public_id, sitting=sitting, events=[event], by=case.reader.user)


def test_a_session_far_beyond_the_advice_is_noted_once(make_world, clock):
    world = make_world(session_minutes=1, pause_minutes=5)
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(reader))
    for _ in range(3):
        case, sitting = world.current(reader), uuid4()
        open_case(public_id=case.public_id, by=reader.user)
        for number in range(1, 7):
            clock.shift(25)
            log(case, number, number * 25_000, sitting)
        world.read(case, SCORES)
    assert kinds() == ["session"]


def test_a_page_s_clock_that_runs_ahead_is_noted_once_for_each_sitting(blinded, clock):
    case, sitting = blinded.current(blinded.readers[0]), uuid4()
    open_case(public_id=case.public_id, by=case.reader.user)
    clock.shift(30)
    log(case, 1, 1_000, sitting)
    assert kinds() == []
    log(case, 2, 3_600_000, sitting)
    log(case, 3, 3_700_000, sitting)
    assert kinds() == ["clock"]


@given(
    st.lists(st.floats(0, 600), min_size=1, max_size=30),
    st.floats(0, 600),
    st.floats(-1, 1),
)
def test_no_honest_clock_is_ever_suspected(gaps, late, drift):
    """Events some seconds apart, sent `late`, by a clock that is up to 1 % wrong over at most 100 minutes."""
    gaps = gaps[:10]
    at = [sum(gaps[: i + 1]) * (1 + drift / 200) * 1000 for i in range(len(gaps))]
    assert clock_problem(list(enumerate(map(int, at))), elapsed=sum(gaps) + late) == ""


def test_a_clock_that_jumps_is_suspected():
    over = int(1000 * (SLACK_SECONDS + 2))
    assert "went back" in clock_problem([(1, over), (2, 0)], elapsed=3600)
    assert "more than" in clock_problem([(1, 0), (2, over)], elapsed=1)
    assert clock_problem([], elapsed=0) == ""


def test_by_hand_by_a_coordinator_with_a_text_of_a_reader_of_the_study(make_world):
    world = make_world()
    note_deviation(study=world.study, text="The room was too bright.", by=world.coordinator)
    with pytest.raises(errors.RoleRequired):
        note_deviation(study=world.study, text="x", by=world.monitor)
    with pytest.raises(errors.SetupError, match="Say what"):
        note_deviation(study=world.study, text=" ", by=world.coordinator)
    assert kinds() == ["note"]


def test_the_log_is_append_only(make_world):
    world = make_world()
    entry = note_deviation(study=world.study, text="dimmed", by=world.coordinator)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Deviation.objects.update(text="nothing")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Deviation.objects.filter(pk=entry.pk)._raw_delete(using="default")


def test_page_and_file_show_the_same_and_a_formula_stays_text(make_world, as_user):
    world = make_world()
    texts = ["=HYPERLINK(1)", "dimmed"]
    for text in texts:
        note_deviation(study=world.study, reader=world.readers[0], text=text, by=world.coordinator)
    client = as_user(world.monitor)
    page = client.get("/studies/pelvis/deviations/?reader=R1").content.decode()
    assert all(text in page for text in texts)
    assert "Note a deviation" not in page
    rows = list(csv.DictReader(StringIO(client.get("/studies/pelvis/deviations.csv").content.decode())))
    assert [row["text"] for row in rows] == ["'=HYPERLINK(1)", "dimmed"]
    assert {(row["reader"], row["kind"], row["by"]) for row in rows} == {("R1", "note", "coordinator")}
