"""Notes on exploratory videos: whose, where, when they can be made and taken back, and what is kept."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from readers.errors import (
    ExploratoryClosed,
    KeyReused,
    NoSuchCase,
    NotesClosed,
    NotOpened,
    ObservationInvalid,
    ProtocolError,
)
from readers.models import AuditEvent, Observation, Retraction
from readers.protocol.observations import Mark
from readers.selectors.observations import notes_of, own_notes, own_tags
from readers.services.observations import observe, retract
from readers.services.reading import open_case

N_FRAMES, HEIGHT, WIDTH = 4, 24, 32


@pytest.fixture
def opened(make_world, clock):
    """A world whose readers have their first exploratory case open."""
    world = make_world(n_readers=2)
    for reader in world.readers:
        open_case(public_id=world.cases(reader, "exploratory")[0].public_id, by=reader.user)
    return world


@pytest.fixture
def case(opened):
    return opened.cases(opened.readers[0], "exploratory")[0]


def test_a_note_keeps_frame_place_words_and_tags_as_given(opened, case):
    tags = ["ring", "ring ", "ap"]
    note = opened.note(case, " The ring is longer ", frame=3, mark=Mark(4, 5, 6, 7), tags=tags)
    note.refresh_from_db()
    assert (note.frame, note.mark, note.text, note.tags) == (
        3,
        Mark(4, 5, 6, 7),
        "The ring is longer",
        ["ring", "ap"],
    )
    assert AuditEvent.objects.last().action == "observation.made"
    assert "ring" not in str(AuditEvent.objects.last().details)


def test_the_same_key_is_the_same_note_and_never_another(opened, case):
    key = uuid4()
    send = {"public_id": case.public_id, "frame": 0, "idempotency_key": key, "by": case.reader.user}
    first = observe(text="once", **send)
    assert observe(text="once", **send) == first
    with pytest.raises(KeyReused):
        observe(text="other", **send)
    opened.finish_exploratory(opened.readers[0])
    assert observe(text="once", **send) == first
    assert Observation.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"frame": N_FRAMES}, "frames 0 to 3"),
        ({"frame": -1}, "frames 0 to 3"),
        ({"text": "  "}, "between 1 and 1000"),
        ({"text": "x" * 1001}, "between 1 and 1000"),
        ({"mark": Mark(WIDTH, 0)}, "outside the image"),
        ({"mark": Mark(0, 0, 2, HEIGHT + 1)}, "outside the image"),
        ({"tags": ["x"] * 4 + [str(i) for i in range(8)]}, "at most 8 tags"),
    ],
)
def test_a_note_that_does_not_fit_is_refused_with_the_reason(case, change, why):
    values = {"public_id": case.public_id, "frame": 0, "text": "x", "idempotency_key": uuid4()} | change
    with pytest.raises(ObservationInvalid, match=why):
        observe(by=case.reader.user, **values)
    assert not Observation.objects.exists()
    assert AuditEvent.objects.last().action == "reading.refused"


def test_notes_need_the_own_opened_exploratory_case(opened, case):
    other = opened.readers[1]
    with pytest.raises(NoSuchCase):
        observe(public_id=case.public_id, frame=0, text="x", idempotency_key=uuid4(), by=other.user)
    unopened = opened.cases(opened.readers[0], "exploratory")[1]
    with pytest.raises(ProtocolError):
        opened.note(unopened, "x")
    opened.finish_exploratory(opened.readers[0])
    with pytest.raises(ExploratoryClosed):
        opened.note(case, "x")


def test_blinded_cases_take_no_notes(blinded):
    case = blinded.current(blinded.readers[0])
    with pytest.raises(NotOpened):
        blinded.note(case, "x")
    open_case(public_id=case.public_id, by=case.reader.user)
    with pytest.raises(ObservationInvalid, match="scored"):
        blinded.note(case, "x")
    with pytest.raises(IntegrityError, match="blinded videos are scored"), transaction.atomic():
        Observation.objects.create(assignment=case, frame=0, text="x", idempotency_key=uuid4())


def test_a_note_is_taken_back_by_its_author_while_the_phase_lasts(opened, case):
    first, second = opened.note(case, "first"), opened.note(case, "second")
    taken = {"public_id": case.public_id, "observation": first.public_id}
    with pytest.raises(NoSuchCase):
        retract(by=opened.readers[1].user, **taken)
    retraction = retract(by=case.reader.user, **taken)
    assert retract(by=case.reader.user, **taken) == retraction
    assert list(own_notes(case)) == [second]
    assert Observation.objects.count() == 2
    opened.finish_exploratory(opened.readers[0])
    with pytest.raises(ExploratoryClosed):
        retract(public_id=case.public_id, observation=second.public_id, by=case.reader.user)
    assert Retraction.objects.count() == 1


def test_a_second_look_in_the_washout_takes_no_notes(make_world, clock):
    world = make_world(reopen_exploratory=True)
    reader = world.readers[0]
    world.finish_exploratory(reader, note="in time")
    case = world.cases(reader, "exploratory")[0]
    open_case(public_id=case.public_id, by=reader.user)
    with pytest.raises(NotesClosed):
        world.note(case, "late")
    note = own_notes(case).get()
    with pytest.raises(NotesClosed):
        retract(public_id=case.public_id, observation=note.public_id, by=reader.user)


def test_notes_of_both_directions_pool_in_frames_counted_from_group_a(make_world, clock):
    world = make_world()
    reader = world.readers[0]
    for case in world.cases(reader, "exploratory"):
        open_case(public_id=case.public_id, by=reader.user)
        world.note(case, "first as shown", frame=0)
        world.submit(case)
    found = {(row.direction, row.frame, row.rendered_frame) for row in notes_of(world.study)}
    assert found == {("AB", 0, 0), ("BA", 0, N_FRAMES - 1)}


def test_own_tags_are_offered_again_and_nobody_elses(opened, case):
    other = opened.cases(opened.readers[1], "exploratory")[0]
    opened.note(case, "x", tags=["ring"])
    opened.note(other, "x", tags=["spine"])
    assert own_tags(case) == ["ring"]


def test_the_api_of_notes(opened, case, as_user):
    client = as_user(case.reader.user)
    address = f"/api/v1/assignments/{case.public_id}/observations/"
    body = {"frame": 1, "text": "denser", "tags": ["density"], "idempotency_key": str(uuid4())}
    made = client.post(address, body | {"mark": {"x": 3, "y": 4}}, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["mark"] == {"x": 3, "y": 4, "width": None, "height": None}
    opened.note(opened.cases(opened.readers[1], "exploratory")[0], "somebody else's")
    assert [note["text"] for note in client.get(address).json()] == ["denser"]
    for wrong in ({"frame": -1}, {"mark": {"x": 1}}, {"tags": "a"}, {"text": ""}):
        reply = client.post(
            address, body | {"idempotency_key": str(uuid4())} | wrong, content_type="application/json"
        )
        assert reply.status_code == 400
    gone = client.post(f"{address}{made.json()['public_id']}/retraction/")
    assert gone.status_code == 201
    assert client.get(address).json() == []
