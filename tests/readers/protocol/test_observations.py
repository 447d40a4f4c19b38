"""Marks, stills and the order in which notes are pooled."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from readers.protocol.observations import Mark, mark_problem, pooled_order, still_box, tags_problem
from readers.protocol.stills import still_png


@pytest.mark.parametrize(
    ("mark", "fits"),
    [
        (Mark(0, 0), True),
        (Mark(31, 23), True),
        (Mark(32, 0), False),
        (Mark(0, 24), False),
        (Mark(-1, 0), False),
        (Mark(0, 0, 32, 24), True),
        (Mark(1, 0, 32, 24), False),
        (Mark(0, 0, 0, 5), False),
        (Mark(0, 0, 5, None), False),
    ],
)
def test_a_mark_lies_on_the_image(mark, fits):
    assert (mark_problem(mark, width=32, height=24) is None) is fits


@pytest.mark.parametrize(
    ("tags", "fit"),
    [
        ([], True),
        (["ring"], True),
        ("ring", False),
        ([""], False),
        (["x" * 41], False),
        (["a"] * 9, False),
        ([1], False),
    ],
)
def test_tags_are_a_few_short_words(tags, fit):
    assert (tags_problem(tags) is None) is fit


boxes = st.tuples(st.integers(0, 90), st.integers(0, 60), st.integers(1, 10), st.integers(1, 20))


@given(boxes, st.booleans())
def test_a_still_holds_the_whole_mark_and_stays_on_the_image(box, is_point):
    mark = Mark(*box[:2]) if is_point else Mark(*box)
    left, upper, right, lower = still_box(mark, width=100, height=80)
    assert 0 <= left <= mark.x < mark.x + (mark.width or 1) <= right <= 100
    assert 0 <= upper <= mark.y < mark.y + (mark.height or 1) <= lower <= 80


def png(frame):
    stream = io.BytesIO()
    Image.fromarray(frame).save(stream, format="PNG")
    return stream.getvalue()


def test_a_still_is_the_frame_but_for_the_outline_and_carries_nothing_else():
    frame = np.random.default_rng(7).integers(0, 256, (60, 80)).astype(np.uint8)
    whole = np.asarray(Image.open(io.BytesIO(still_png(png(frame), None))))
    np.testing.assert_array_equal(whole, frame)
    data = still_png(png(frame), Mark(30, 20, 10, 8))
    part = np.asarray(Image.open(io.BytesIO(data)))
    left, upper, right, lower = still_box(Mark(30, 20, 10, 8), width=80, height=60)
    original = frame[upper:lower, left:right]
    changed = np.argwhere(part != original)
    assert part.shape == original.shape
    rows, columns = changed[:, 0] + upper, changed[:, 1] + left
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (19, 28, 29, 40)
    inside = np.s_[21 - upper : 27 - upper, 31 - left : 39 - left]
    np.testing.assert_array_equal(part[inside], original[inside])
    assert set(re.findall(rb"IHDR|IDAT|IEND|tEXt|zTXt|iTXt|tIME|eXIf", data)) == {b"IHDR", b"IDAT", b"IEND"}


def test_the_pooled_order_depends_on_the_ids_alone_and_not_on_who_came_first():
    ids = [str(uuid4()) for _ in range(30)]
    order = pooled_order(ids, key="seed")
    assert sorted(order) == sorted(ids)
    assert order == pooled_order(reversed(ids), key="seed")
    assert order not in (ids, sorted(ids), pooled_order(ids, key="another"))
