"""The consensus room: when it opens, what it tells and to whom, what people can do in it, and its end."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from readers import errors
from readers.models import AuditEvent, Exposure, Observation, RoomAct, Void
from readers.protocol.observations import Mark
from readers.selectors.consensus import room_of, state_for, visit
from readers.services.consensus import act, gather, merge, see_still, write_criteria
from readers.services.participation import pause_reader, withdraw_reader
from readers.services.reading import open_case
from tests.readers.conftest import CRITERIA

DAY = timedelta(days=1)


@pytest.fixture
def world(make_world, clock):
    """Three readers who have finished the exploratory phase, each with two notes."""
    world = make_world(n_readers=3, sign_off_required=True)
    for number, reader in enumerate(world.readers):
        world.finish_exploratory(reader, note=f"note of reader {'abc'[number]}")
    return world


@pytest.fixture
def do(world):
    """Return a function: an act of a person in the room of the world."""

    def do(by, kind, **more):
        return act(public_id=world.study.room.public_id, by=by, kind=kind, **more)

    return do


def state(world, user):
    world.study.refresh_from_db()
    return state_for(visit(user=user, public_id=world.study.room.public_id))


def notes(world):
    return list(Observation.objects.order_by("pk").values_list("public_id", flat=True))


def make_candidate(world, user, name, observations):
    room = world.study.room.public_id
    return gather(public_id=room, by=user, name=name, observations=observations).candidate


def test_the_room_opens_when_the_last_reader_has_finished(make_world, clock, as_user):
    world = make_world(n_readers=2)
    world.finish_exploratory(world.readers[0], note="a secret of reader one")
    for user in (world.readers[1].user, world.readers[0].user, world.coordinator, world.analyst):
        seen = state(world, user)
        assert (seen.status, seen.n_finished, seen.n_readers, seen.pool) == ("waiting", 1, 2, [])
    with pytest.raises(errors.RoomClosed, match="every reader has finished"):
        act(public_id=world.study.room.public_id, by=world.readers[0].user, kind="arrived")
    assert AuditEvent.objects.last().details == {"act": "arrived", "refusal": "room_closed"}
    world.finish_exploratory(world.readers[1])
    assert state(world, world.readers[1].user).status == "open"
    assert len(state(world, world.readers[1].user).pool) == 2


def everything_about(world, client):
    room = world.study.room.public_id
    note = Observation.objects.order_by("pk")[0].public_id
    for address in (
        f"/api/v1/consensus/{room}/",
        f"/api/v1/consensus/{room}/criteria/",
        f"/consensus/{room}/",
        f"/consensus/{room}/form/",
        f"/consensus/{room}/stills/{note}.png",
    ):
        response = client.get(address)
        yield address, response.content + str(response.headers).encode()


def test_before_the_opening_no_byte_of_others_notes_is_sent(make_world, clock, as_user):
    world = make_world(n_readers=2)
    world.finish_exploratory(world.readers[0], note="wider ring")
    ids = [str(each).encode() for each in notes(world)]
    for user in (world.readers[1].user, world.coordinator, world.analyst, world.monitor):
        for address, sent in everything_about(world, as_user(user)):
            assert b"wider ring" not in sent, address
            assert b"PNG" not in sent, address
            assert not any(each in sent for each in ids), address
            assert b"Pelvic ring" not in sent or user is not world.readers[1].user, address


def test_the_pool_tells_neither_author_nor_order_nor_direction(world, as_user):
    room = world.study.room.public_id
    reader = world.readers[0]
    client = as_user(reader.user)
    data = client.get(f"/api/v1/consensus/{room}/").json()
    assert {frozenset(card) for card in data["pool"]} == {frozenset({"id", "text", "tags", "still"})}
    pooled = [UUID(card["id"]) for card in data["pool"]]
    assert sorted(pooled) == sorted(notes(world))
    assert pooled not in (notes(world), notes(world)[::-1])
    sent = client.get(f"/consensus/{room}/").content.decode() + str(data)
    for other in world.readers[1:]:
        assert other.user.username not in sent
        assert not re.search(rf"\b{other.code}\b", sent)
    secrets = [world.study.slug, world.study.title, world.study.group_a, world.study.group_b]
    secrets += [str(world.study.allocation_seed), *world.study.study_videos.values_list("label", flat=True)]
    secrets += [str(case.public_id) for case in world.cases(world.readers[1], "exploratory")]
    for secret in secrets:
        assert secret not in sent
    assert not re.search(r"\b(AB|BA|direction)\b", sent)


def test_the_order_of_the_pool_is_the_same_for_everyone_and_stays(world, do):
    before = [card.id for card in state(world, world.readers[0].user).pool]
    do(world.readers[0].user, "arrived")
    for user in (world.readers[2].user, world.coordinator, world.monitor):
        assert [card.id for card in state(world, user).pool] == before


def test_a_note_that_was_taken_back_is_not_pooled(make_world, clock):
    from readers.services.observations import retract

    world = make_world()
    reader = world.readers[0]
    case = world.cases(reader, "exploratory")[0]
    open_case(public_id=case.public_id, by=reader.user)
    note = world.note(case, "never mind")
    retract(public_id=case.public_id, observation=note.public_id, by=reader.user)
    world.finish_exploratory(reader, note="kept")
    assert {card.text for card in state(world, reader.user).pool} == {"kept"}


def test_merge_rename_split_and_drop(world, do):
    user, other, room = world.readers[0].user, world.coordinator, world.study.room.public_id
    a, b, c, d = notes(world)[:4]
    ring = make_candidate(world, user, "Ring", [a, b])
    shape = make_candidate(world, other, "Shape of the ring", [c])
    do(other, "placed", candidate=shape, observation=d)
    do(user, "renamed", candidate=ring, text="Pelvic ring")
    merge(public_id=room, by=user, candidate=shape, into=ring)
    do(user, "returned", observation=d)
    seen = state(world, world.monitor)
    assert [(each.name, [card.id for card in each.cards]) for each in seen.candidates] == [
        ("Pelvic ring", [a, b, c])
    ]
    assert d in {card.id for card in seen.pool}
    do(other, "dropped", candidate=ring)
    assert len(state(world, user).pool) == 6
    acts = AuditEvent.objects.filter(action="room.act").count()
    assert acts == RoomAct.objects.count() == 12


def test_refused_acts_leave_the_room_as_it_was(world, do):
    user = world.readers[0].user
    n_acts = RoomAct.objects.count()
    for kind, more in [
        ("placed", {"candidate": uuid4(), "observation": notes(world)[0]}),
        ("made", {"text": ""}),
        ("returned", {"observation": uuid4()}),
        ("nonsense", {}),
        ("voted", {"candidate": uuid4(), "text": "include"}),
    ]:
        with pytest.raises(errors.ActRefused):
            do(user, kind, **more)
    with pytest.raises(errors.ActRefused, match="different candidates"):
        merge(public_id=world.study.room.public_id, by=user, candidate=uuid4(), into=uuid4())
    assert RoomAct.objects.count() == n_acts
    assert AuditEvent.objects.filter(action="room.refused").count() == 6


@pytest.mark.parametrize("kind", ["stage", "minutes", "proposed"])
def test_only_coordinators_lead(world, do, kind):
    for user in (world.readers[0].user, world.analyst, world.monitor):
        with pytest.raises(errors.RoleRequired):
            do(user, kind, text="voting")


def test_analysts_and_monitors_look_on(world, do):
    for user in (world.analyst, world.monitor):
        with pytest.raises(errors.RoleRequired):
            do(user, "made", text="Mine")
        with pytest.raises(errors.RoleRequired):
            do(user, "arrived")


def test_a_reader_who_is_paused_or_left_is_told_why_and_the_notes_stay(world, as_user):
    reader, room = world.readers[0], world.study.room.public_id
    pause_reader(reader=reader, by=world.coordinator, reason="ill")
    assert as_user(reader.user).get(f"/consensus/{room}/").status_code == 403
    assert as_user(reader.user).get(f"/api/v1/consensus/{room}/").json()["code"] == "reader_paused"
    withdraw_reader(reader=reader, by=world.coordinator, reason="still ill")
    assert as_user(reader.user).get(f"/consensus/{room}/").status_code == 403
    seen = state(world, world.coordinator)
    assert (seen.status, seen.n_readers, len(seen.pool)) == ("open", 2, 6)


def test_a_reader_who_is_paused_is_waited_for(make_world, clock):
    world = make_world(n_readers=2)
    world.finish_exploratory(world.readers[0])
    pause_reader(reader=world.readers[1], by=world.coordinator, reason="ill")
    assert state(world, world.coordinator).status == "waiting"


def test_strangers_find_no_room(world, django_user_model):
    stranger = django_user_model.objects.create_user("stranger")
    with pytest.raises(errors.NoSuchStudy):
        visit(user=stranger, public_id=world.study.room.public_id)
    with pytest.raises(errors.NoSuchStudy):
        visit(user=world.coordinator, public_id=uuid4())


def test_votes_are_one_a_reader_changeable_and_shown_after_closing(world, do):
    one, two, three = (reader.user for reader in world.readers)
    ring = make_candidate(world, one, "Ring", notes(world)[:2])
    do(world.coordinator, "stage", text="voting")
    with pytest.raises(errors.RoleRequired, match="Only readers"):
        do(world.coordinator, "voted", candidate=ring, text="include")
    for user, choice in ((one, "include"), (two, "include"), (three, "exclude"), (one, "exclude")):
        do(user, "voted", candidate=ring, text=choice)
    seen = state(world, two).candidates[0]
    assert (seen.own_vote, seen.include, seen.exclude) == ("include", None, None)
    assert state(world, two).n_votes == 3
    do(world.coordinator, "stage", text="criteria")
    seen = state(world, two).candidates[0]
    assert (seen.own_vote, seen.include, seen.exclude) == ("include", 1, 2)
    with pytest.raises(errors.ActRefused, match="not open"):
        do(one, "voted", candidate=ring, text="include")
    assert RoomAct.objects.filter(kind="voted", by=one).count() == 2


def test_the_database_refuses_votes_of_others_and_acts_after_the_lock(world, do):
    ring = make_candidate(world, world.readers[0].user, "Ring", notes(world)[:1])
    row = {"study": world.study, "kind": "voted", "candidate": ring, "text": "include", "by": world.analyst}
    with pytest.raises(IntegrityError, match="only readers"), transaction.atomic():
        RoomAct.objects.create(number=99, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoomAct.objects.create(number=99, **row | {"by": world.readers[0].user, "text": "perhaps"})
    world.lock_form()
    with pytest.raises(IntegrityError, match="form is locked"), transaction.atomic():
        RoomAct.objects.create(number=99, **row | {"by": world.readers[0].user})


def to_criteria(world, do):
    make_candidate(world, world.readers[0].user, "Ring", notes(world))
    do(world.coordinator, "stage", text="voting")
    do(world.coordinator, "stage", text="criteria")


def test_the_whole_way_to_the_locked_form(world, do):
    room, lead = world.study.room.public_id, world.coordinator
    for user in (lead, *(reader.user for reader in world.readers)):
        do(user, "arrived")
    with pytest.raises(errors.ActRefused, match="after the vote"):
        write_criteria(public_id=room, by=lead, criteria=CRITERIA)
    to_criteria(world, do)
    anchors = list("abcde")
    draft = [{"name": "Pelvic ring", "anchors": anchors}, {"name": "Pelvic  ring", "anchors": anchors}]
    written = write_criteria(public_id=room, by=lead, criteria=draft)
    assert [criterion.key for criterion in written] == ["pelvic_ring", "pelvic_ring_"]
    do(lead, "minutes", text="All agreed.")
    do(lead, "proposed")
    assert state(world, world.readers[0].user).proposed
    world.sign_form(world.readers[0])
    write_criteria(public_id=room, by=lead, criteria=draft[:1])
    assert Void.objects.filter(signature__meaning="form").count() == 1
    assert not state(world, lead).proposed
    do(lead, "proposed")
    do(lead, "left")
    world.lock_form()
    end = state(world, lead)
    assert (end.status, end.minutes) == ("locked", "All agreed.")
    assert [stay.left is None for stay in end.stays] == [False, True, True, True]
    assert end.draft_sha256 == world.study.form_sha256


def test_a_still_is_a_viewing_and_moves_the_washout(make_world, clock):
    world = make_world(n_readers=2, washout_anchor="last_exposure")
    for each in world.readers:
        world.finish_exploratory(each, note="something")
    reader = world.readers[0]
    note = notes(world)[-1]  # another reader's
    before = Exposure.objects.count()
    clock.shift(20 * DAY)
    see_still(public_id=world.study.room.public_id, observation=note, by=reader.user)
    exposure = Exposure.objects.last()
    assert Exposure.objects.count() == before + 1
    assert exposure.assignment.reader == reader
    assert (
        exposure.assignment.study_video_id
        == Observation.objects.get(public_id=note).assignment.study_video_id
    )
    assert AuditEvent.objects.last().action == "still.seen"
    world.lock_form()
    assert world.opens_at(reader) == exposure.opened_at + 28 * DAY
    assert world.opens_at(world.readers[1]) < world.opens_at(reader)


def test_a_clock_that_was_set_back_shortens_no_washout_after_a_still(world, clock):
    last = AuditEvent.objects.last().at
    clock.shift(-DAY)
    see_still(public_id=world.study.room.public_id, observation=notes(world)[0], by=world.readers[0].user)
    assert Exposure.objects.last().opened_at == last


def test_stills_seen_by_the_team_are_nobodys_viewing(world):
    before = Exposure.objects.count()
    for user in (world.coordinator, world.monitor):
        see_still(public_id=world.study.room.public_id, observation=notes(world)[0], by=user)
    assert Exposure.objects.count() == before


def test_after_the_lock_readers_get_no_still_and_no_note(world, as_user):
    world.lock_form()
    reader = world.readers[0]
    before = Exposure.objects.count()
    for address, sent in everything_about(world, as_user(reader.user)):
        assert b"note of reader" not in sent, address
        assert b"PNG" not in sent, address
    assert Exposure.objects.count() == before
    assert len(state(world, world.monitor).pool) == 6


def test_a_still_is_a_png_that_may_not_be_kept(world, as_user):
    room = world.study.room.public_id
    response = as_user(world.readers[0].user).get(f"/consensus/{room}/stills/{notes(world)[0]}.png")
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "private, no-store"
    assert response.content.startswith(b"\x89PNG")


def test_notes_of_a_blinded_video_are_never_in_the_room(world, clock):
    assert set(Observation.objects.values_list("assignment__phase", flat=True)) == {"exploratory"}
    assert all(card.text.startswith("note of reader") for card in state(world, world.monitor).pool)


def test_replaying_what_is_stored_gives_the_state(world, do):
    to_criteria(world, do)
    assert room_of(world.study).stage == "criteria"
    assert [row.number for row in RoomAct.objects.all()] == list(range(1, RoomAct.objects.count() + 1))


def test_marks_are_drawn_into_stills(make_world, clock, as_user):
    world = make_world()
    reader = world.readers[0]
    case = world.cases(reader, "exploratory")[0]
    open_case(public_id=case.public_id, by=reader.user)
    plain = world.note(case, "frame")
    marked = world.note(case, "place", mark=Mark(10, 10, 4, 4))
    world.finish_exploratory(reader)
    client = as_user(reader.user)
    room = world.study.room.public_id
    stills = [
        client.get(f"/consensus/{room}/stills/{note.public_id}.png").content for note in (plain, marked)
    ]
    assert stills[0] != stills[1]
