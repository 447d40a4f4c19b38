"""The room as a fold over acts: what can follow what, and that no note is ever in two places or lost."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.consensus import STAGES, Act, Choice, Kind, Room, Stage, replay

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)
NOTES = [UUID(int=100 + i) for i in range(4)]


def act(kind, *, by=1, candidate=None, observation=None, text=""):
    return Act(kind, by, NOW, candidate, observation, text)


MERGED = [
    act(Kind.MADE, candidate=A, text="Ring"),
    act(Kind.MADE, candidate=B, text="Distance"),
    act(Kind.PLACED, candidate=A, observation=NOTES[0]),
    act(Kind.PLACED, candidate=B, observation=NOTES[1]),
]
VOTING = [*MERGED, act(Kind.STAGE, text="voting")]


def test_a_note_that_is_placed_again_moves():
    room = replay([*MERGED, act(Kind.PLACED, candidate=B, observation=NOTES[0])])
    assert room.candidates[A].observations == []
    assert room.candidates[B].observations == [NOTES[1], NOTES[0]]


def test_a_returned_note_and_those_of_a_dropped_candidate_are_in_the_pool_again():
    room = replay([*MERGED, act(Kind.RETURNED, observation=NOTES[1]), act(Kind.DROPPED, candidate=A)])
    assert room.placed == set()
    assert list(room.candidates) == [B]


def test_each_person_has_one_vote_a_candidate_and_the_last_counts():
    room = replay(
        [
            *VOTING,
            act(Kind.VOTED, by=1, candidate=A, text="include"),
            act(Kind.VOTED, by=2, candidate=A, text="include"),
            act(Kind.VOTED, by=1, candidate=A, text="exclude"),
        ]
    )
    assert room.candidates[A].count(Choice.INCLUDE) == 1
    assert room.candidates[A].count(Choice.EXCLUDE) == 1


def test_going_back_to_merging_starts_a_new_vote():
    again = [act(Kind.STAGE, text="merging"), act(Kind.STAGE, text="voting")]
    room = replay([*VOTING, act(Kind.VOTED, candidate=A, text="include"), *again])
    assert room.candidates[A].votes == {}


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ([], act(Kind.STAGE, text="voting")),
        (MERGED, act(Kind.STAGE, text="criteria")),
        (MERGED, act(Kind.STAGE, text="lunch")),
        (MERGED, act(Kind.VOTED, candidate=A, text="include")),
        (MERGED, act(Kind.PLACED, candidate=UUID(int=9), observation=NOTES[0])),
        (MERGED, act(Kind.PROPOSED, text="0" * 64)),
        (MERGED, act(Kind.MADE, candidate=UUID(int=9), text="  ")),
        (MERGED, act(Kind.RENAMED, candidate=A, text="x" * 121)),
        (MERGED, act(Kind.LEFT)),
        (VOTING, act(Kind.MADE, candidate=UUID(int=9), text="Late")),
        (VOTING, act(Kind.PLACED, candidate=A, observation=NOTES[2])),
        (VOTING, act(Kind.VOTED, candidate=A, text="perhaps")),
    ],
)
def test_what_cannot_follow_is_refused_with_a_reason(before, wanted):
    assert str(replay(before).problem(wanted)).endswith(".")
    with pytest.raises(ValueError, match=r"\.$"):
        replay([*before, wanted])


def test_presence_is_from_arrival_to_departure_and_not_twice_at_once():
    room = replay([act(Kind.ARRIVED, by=7), act(Kind.ARRIVED, by=7), act(Kind.LEFT, by=7)])
    assert [(stay.person, stay.left) for stay in room.presences] == [(7, NOW)]
    room.take(act(Kind.ARRIVED, by=7))
    assert len(room.presences) == 2


def test_every_stage_can_be_reached_and_left():
    assert {stage for stages in STAGES.values() for stage in stages} == set(Stage) == set(STAGES)


ids = st.sampled_from([A, B, UUID(int=3)])
acts = st.builds(
    Act,
    kind=st.sampled_from(Kind),
    by=st.integers(1, 3),
    at=st.just(NOW),
    candidate=ids,
    observation=st.sampled_from(NOTES),
    text=st.sampled_from(["", "name", "include", "exclude", *Stage]),
)


@given(st.lists(acts, max_size=40))
def test_no_walk_puts_a_note_in_two_places_or_takes_two_votes(walk):
    room = Room()
    for each in walk:
        before = room.stage
        if room.problem(each):
            continue
        room.take(each)
        assert room.stage == before or room.stage in STAGES[before]
    placed = [note for candidate in room.candidates.values() for note in candidate.observations]
    assert len(placed) == len(set(placed))
    for candidate in room.candidates.values():
        assert candidate.name
        assert set(candidate.votes) <= {1, 2, 3}
