from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.direction import frame_index
from readers.protocol.forms import Item, anchor_problem, form_sha256, question

TEMPLATE = "With transitioning from {A} to {B}, how does the {criterion} change?"
ANCHORS = ["much less", "less", "same", "more", "much more"]


@given(n=st.integers(1, 300), direction=st.sampled_from(["AB", "BA"]))
def test_every_frame_is_shown_once_and_the_mapping_is_its_own_inverse(n, direction):
    shown = [frame_index(i, direction=direction, n_frames=n) for i in range(n)]
    assert shown == (list(range(n)) if direction == "AB" else list(range(n))[::-1])
    assert [frame_index(i, direction=direction, n_frames=n) for i in shown] == list(range(n))


@pytest.mark.parametrize("position", [-1, 10])
def test_a_position_outside_the_video_is_refused(position):
    with pytest.raises(IndexError):
        frame_index(position, direction="AB", n_frames=10)


@pytest.mark.parametrize(
    "anchors",
    [None, [], ANCHORS[:4], [*ANCHORS, "even more"], [*ANCHORS[:4], " "], [*ANCHORS[:4], "same"], "abcde"],
)
def test_anchors_must_be_five_different_texts(anchors):
    assert anchor_problem(anchors)


def test_five_different_anchors_are_fine():
    assert anchor_problem(ANCHORS) == ""


def test_form_hash_is_sha256_of_canonical_json():
    text = (
        '{"criteria":[{"anchors":["much less","less","same","more","much more"],"key":"size","name":"Size"}],'
        '"question":"How?"}'
    )
    items = [Item("size", "Size", tuple(ANCHORS))]
    assert form_sha256("How?", items) == hashlib.sha256(text.encode()).hexdigest()


def test_form_hash_tells_order_and_words_apart():
    first, second = Item("a", "A", tuple(ANCHORS)), Item("b", "B", tuple(ANCHORS))
    reworded = Item("b", "B", (*ANCHORS[:4], "far more"))
    forms = [[first, second], [second, first], [first], [first, reworded]]
    assert len({form_sha256("How?", items) for items in forms}) == 4


def test_question_follows_the_direction_as_shown():
    words = {"criterion": "size", "group_a": "women", "group_b": "men", "conceal_direction": False}
    assert question(TEMPLATE, direction="AB", **words) == (
        "With transitioning from women to men, how does the size change?"
    )
    assert question(TEMPLATE, direction="BA", **words) == (
        "With transitioning from men to women, how does the size change?"
    )


def test_concealed_question_is_the_same_for_both_directions_and_names_no_group():
    words = {"criterion": "size", "group_a": "women", "group_b": "men", "conceal_direction": True}
    shown = {question(TEMPLATE, direction=direction, **words) for direction in ("AB", "BA")}
    assert len(shown) == 1
    assert "men" not in shown.pop()
