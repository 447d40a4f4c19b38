"""Seals, canonical records and the pause after wrong passwords."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.canonical import canonical, sha256_of
from readers.protocol.signing import ATTEMPTS_WITHIN, Signed, seal, wait_before_next_attempt

NOW = datetime(2026, 3, 1, 9, 0, 0, 250_000, tzinfo=UTC)
SIGNED = Signed(
    user=3,
    printed_name="Ada Äpfel",
    signed_at=NOW,
    study=1,
    meaning="form",
    target_type="study",
    target_id="1",
    sha256="0" * 64,
)
MINUTE = timedelta(minutes=1)

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
records = st.dictionaries(st.text(), plain, max_size=4)


@given(records)
def test_the_canonical_text_is_json_that_does_not_depend_on_the_order_of_keys(record):
    text = canonical(record)
    assert json.loads(text) == record
    assert canonical(dict(reversed(record.items()))) == text
    assert sha256_of(record) == hashlib.sha256(text.encode("ascii")).hexdigest()


@pytest.mark.parametrize("value", [1.5, NOW, {1: "a"}, {"a": {2}}, b"x"])
def test_what_databases_give_back_differently_is_refused(value):
    with pytest.raises(TypeError, match="cannot be hashed"):
        canonical({"value": value})


@pytest.mark.parametrize(
    "change",
    [
        {"user": 4},
        {"printed_name": "Ada Apfel"},
        {"signed_at": NOW + timedelta(microseconds=1)},
        {"study": 2},
        {"meaning": "answers"},
        {"target_type": "reader"},
        {"target_id": "2"},
        {"sha256": "1" * 64},
    ],
)
def test_the_seal_covers_every_part_of_a_signature(change):
    assert seal(replace(SIGNED, **change)) != seal(SIGNED)


def test_the_seal_is_of_the_moment_not_of_the_zone_it_is_written_in():
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-6)))
    assert seal(replace(SIGNED, signed_at=elsewhere)) == seal(SIGNED)


def test_five_wrong_passwords_close_signing_until_the_first_is_a_quarter_of_an_hour_old():
    failures = [NOW + i * MINUTE for i in range(5)]
    assert wait_before_next_attempt(failures[:4], now=NOW + 4 * MINUTE) is None
    assert wait_before_next_attempt(failures, now=NOW + 4 * MINUTE) == 11 * MINUTE
    assert wait_before_next_attempt(failures, now=NOW + ATTEMPTS_WITHIN) is None
