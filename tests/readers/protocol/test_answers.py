"""What an answer can say, when it says something new, and that its fingerprint covers every part of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.answers import AnswerKind, Said, answer_sha256, answers_sha256

SCORE, CANNOT, WITHDRAWN = AnswerKind.SCORE, AnswerKind.CANNOT_JUDGE, AnswerKind.WITHDRAWN
ROW = {
    "case": "6f0f3a58-35b0-4d38-bf4a-3d5f1f0a9f0e",
    "criterion": "ring",
    "version": 1,
    "said": Said(SCORE, 4),
    "answered_by": 7,
    "answered_at": datetime(2026, 3, 20, 9, 0, tzinfo=UTC),
    "idempotency_key": "0c8f7d0e-52c9-4a62-9f5e-94b1f1f1a001",
}


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        (Said(SCORE, 1), True),
        (Said(SCORE, 5), True),
        (Said(SCORE, 0), False),
        (Said(SCORE, 6), False),
        (Said(SCORE, True), False),
        (Said(SCORE), False),
        (Said(CANNOT, None, "blurred"), True),
        (Said(CANNOT, 3, "blurred"), False),
        (Said(WITHDRAWN), True),
        (Said(WITHDRAWN, 3), False),
    ],
)
def test_only_scores_have_a_score(said, fits):
    assert said.fits_scale is fits


@pytest.mark.parametrize(
    ("new", "current", "adds"),
    [
        (Said(SCORE, 3), None, True),
        (Said(WITHDRAWN), None, False),
        (Said(SCORE, 3), Said(SCORE, 3), False),
        (Said(SCORE, 3), Said(SCORE, 3, "after the unlock"), False),
        (Said(SCORE, 3, "after the unlock"), Said(SCORE, 3), True),
        (Said(SCORE, 3), Said(SCORE, 4), True),
        (Said(WITHDRAWN), Said(SCORE, 4), True),
        (Said(WITHDRAWN), Said(WITHDRAWN), False),
        (Said(CANNOT, None, "a"), Said(CANNOT, None, "b"), True),
        (Said(CANNOT, None, "a"), Said(SCORE, 4), True),
    ],
)
def test_what_changes_nothing_adds_nothing(new, current, adds):
    assert new.adds_to(current) is adds


@pytest.mark.parametrize(
    "change",
    [
        {"case": "6f0f3a58-35b0-4d38-bf4a-3d5f1f0a9f0f"},
        {"criterion": "distance"},
        {"version": 2},
        {"said": Said(SCORE, 5)},
        {"said": Said(CANNOT, None, "blurred")},
        {"said": Said(SCORE, 4, "blurred")},
        {"answered_by": 8},
        {"answered_at": ROW["answered_at"] + timedelta(microseconds=1)},
        {"idempotency_key": "0c8f7d0e-52c9-4a62-9f5e-94b1f1f1a002"},
    ],
)
def test_every_part_of_an_answer_changes_its_fingerprint(change):
    assert answer_sha256(**ROW | change) != answer_sha256(**ROW)


def test_the_fingerprint_does_not_depend_on_the_zone_of_the_clock():
    elsewhere = ROW["answered_at"].astimezone(timezone(timedelta(hours=-5)))
    assert answer_sha256(**ROW | {"answered_at": elsewhere}) == answer_sha256(**ROW)


@given(st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), max_size=6), st.randoms())
def test_the_order_of_many_answers_does_not_matter(hashes, random):
    shuffled = list(hashes)
    random.shuffle(shuffled)
    assert answers_sha256(shuffled) == answers_sha256(hashes)
