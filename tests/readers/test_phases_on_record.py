"""Training, phases on record, and looking again at an exploratory video."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from readers import errors
from readers.models import AuditEvent, Exposure
from readers.protocol.phases import Phase
from readers.selectors.access import VIEWING
from readers.selectors.facts import phases_of_study
from readers.services.reading import open_case
from tests.readers.conftest import MICROSECOND, SECOND, START, World, frames_at


def entered(world: World) -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(action="phase.entered").order_by("number")
    return [(event.details["cause"], event.details["phase"]) for event in events]


def frame_of(case) -> str:
    """The address of its first frame, sealed now."""
    return f"{frames_at(case)}/0.png"


def see(case):
    return open_case(public_id=case.public_id, by=case.reader.user)


def test_a_study_is_walked_through_on_record(make_world, clock):
    world = make_world(n_training=1, n_blinded=1)
    reader = world.readers[0]
    training = world.current(reader, "training")
    see(training)
    world.submit(training)
    world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(reader) + timedelta(days=3))
    world.read(world.current(reader), {"ring": 1, "distance": 5})
    assert entered(world) == [
        ("submission", "exploratory"),
        ("submission", "consensus"),
        ("form lock", "washout"),
        ("time", "blinded"),
        ("submission", "locked"),
    ]
    opened = AuditEvent.objects.get(action="phase.entered", details__cause="time")
    assert opened.at == world.opens_at(reader) + timedelta(days=3)
    assert opened.target_id == str(reader.pk)


def test_training_comes_first_and_starts_no_clock(make_world, clock, as_user):
    world = make_world(n_training=2, washout_anchor="latest")
    reader = world.readers[0]
    with pytest.raises(errors.TrainingUnfinished):
        see(world.current(reader, "exploratory"))
    with pytest.raises(errors.TrainingUnfinished):
        see(world.current(reader, "blinded"))
    client = as_user(reader.user)
    assert "Training: 0 of 2 videos" in client.get("/read/").content.decode()
    for case in world.cases(reader, "training"):
        assert client.get(f"/read/{case.public_id}/").status_code == 200
        see(case)
        with pytest.raises(errors.NoForm):
            world.answer(case, "ring", 3)
        world.submit(case)
    with pytest.raises(errors.TrainingClosed):
        see(world.cases(reader, "training")[0])
    world.finish_exploratory(reader)
    world.lock_form()
    assert world.opens_at(reader) == START + timedelta(days=28)


def test_the_training_and_the_study_share_no_video_seed_or_case(make_world, clock):
    world = make_world(n_training=2)
    cases = world.readers[0].assignments.all()
    assert len({case.study_video.noise_seed for case in cases}) == len(cases) == 7


def test_a_second_look_is_refused_unless_the_protocol_allows_it(make_world, clock):
    world = make_world()
    world.finish_exploratory(world.readers[0])
    with pytest.raises(errors.ExploratoryClosed):
        see(world.cases(world.readers[0], "exploratory")[0])


@pytest.mark.parametrize("anchor", ["latest", "last_exposure", "completion", "sign_off"])
def test_a_second_look_asks_first_and_restarts_the_clock_for_all_to_see(make_world, clock, as_user, anchor):
    world = make_world(reopen_exploratory=True, washout_anchor=anchor)
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    case = world.cases(reader, "exploratory")[0]
    page = f"/read/{case.public_id}/"
    clock.move_to(world.opens_at(reader) + timedelta(days=2))
    client = as_user(reader.user)
    assert (
        client.get(frame_of(case)).status_code == 409
    )  # the old viewing is over: nothing is shown unseen by the clock

    asked = client.get(page).content.decode()
    assert "restarts your washout" in asked
    assert "28 days from now" in asked
    assert 'id="viewer"' not in asked
    assert Exposure.objects.filter(assignment=case).count() == 1

    shown = client.get(f"{page}?again=yes").content.decode()
    assert 'id="viewer"' in shown
    assert "your washout starts anew" in shown
    assert client.post(f"/api/v1/assignments/{case.public_id}/exposures/").status_code == 201
    again = Exposure.objects.filter(assignment=case).latest("opened_at").opened_at
    assert client.get(frame_of(case)).status_code == 200
    assert world.opens_at(reader) == again + timedelta(days=28)
    assert phases_of_study(world.study)[reader.pk] is Phase.WASHOUT
    assert entered(world)[-1] == ("reopening", "washout")
    restarted = AuditEvent.objects.get(action="washout.restarted")
    assert datetime.fromisoformat(restarted.details["opens_at"]) == world.opens_at(reader)

    clock.move_to(again + VIEWING + SECOND)
    assert client.get(frame_of(case)).status_code == 409
    clock.move_to(world.opens_at(reader) - MICROSECOND)
    with pytest.raises(errors.WashoutNotOver):
        see(world.current(reader))
    clock.shift(MICROSECOND)
    see(world.current(reader))
    assert entered(world)[-1] == ("time", "blinded")


def test_no_second_look_once_a_blinded_video_was_seen(make_world, clock, as_user):
    world = make_world(reopen_exploratory=True)
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(reader))
    client = as_user(reader.user)
    assert "Look at an exploratory video again" in client.get("/read/").content.decode()
    see(world.current(reader))
    with pytest.raises(errors.BlindedBegun):
        see(world.cases(reader, "exploratory")[0])
    assert "Look at an exploratory video again" not in client.get("/read/").content.decode()


def test_a_clock_that_was_set_back_shortens_no_washout(make_world, clock):
    world = make_world(n_exploratory=2)
    reader = world.readers[0]
    first, second = world.cases(reader, "exploratory")
    see(first)
    world.submit(first)
    clock.shift(timedelta(days=-20))
    assert see(second).opened_at == START
    world.submit(second)
    world.lock_form()
    assert world.opens_at(reader) == START + timedelta(days=28)


def test_frames_of_an_exploratory_video_need_a_recent_opening(make_world, clock, as_user):
    world = make_world(washout_anchor="last_exposure")
    case = world.current(world.readers[0], "exploratory")
    client = as_user(world.readers[0].user)
    see(case)
    clock.shift(VIEWING)
    assert client.get(frame_of(case)).status_code == 200
    clock.shift(SECOND)
    assert client.get(frame_of(case)).status_code == 409
    see(case)
    assert client.get(frame_of(case)).status_code == 200
