"""The audit chain alone: every kind of tampering is found and named, on chains of any length."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.audit import GENESIS, Event, Head, Link, Tampering, event_hash, head_of, verify

AT = datetime(2026, 2, 20, 15, 0, 0, 250_000, tzinfo=UTC)


def event(prev_hash=GENESIS, **changes):
    values = {
        "at": AT,
        "actor": 7,
        "actor_name": "änne",
        "study": None,
        "action": "case.opened",
        "target_type": "assignment",
        "target_id": "x",
        "details": {"phase": "blinded", "n": 1},
        "prev_hash": prev_hash,
    }
    return Event(**values | changes)


def chain(n):
    links = []
    for number in range(1, n + 1):
        content = event(head_of(links).hash, target_id=str(number))
        links.append(Link(number, content, event_hash(content)))
    return links


def relink(link, **changes):
    """The link with other content, hashed anew."""
    content = replace(link.event, **changes)
    return Link(link.number, content, event_hash(content))


def renumbered(links):
    return [replace(link, number=number) for number, link in enumerate(links, start=1)]


def kinds(links, head=None):
    return {finding.tampering for finding in verify(links, head=head)}


def test_the_hash_is_that_of_the_documented_json():
    text = (
        '{"action":"case.opened","actor":7,"actor_name":"\\u00e4nne","at":"2026-02-20T15:00:00.250000+00:00",'
        '"details":{"n":1,"phase":"blinded"},"prev_hash":"' + GENESIS + '","study":null,"target_id":"x",'
        '"target_type":"assignment"}'
    )
    assert event_hash(event()) == hashlib.sha256(text.encode()).hexdigest()


def test_the_id_of_a_request_is_covered_and_events_of_before_it_keep_their_hash():
    # The hash of `event()` as it was before events had the field: see the test above.
    assert event_hash(event(request_id="")) == event_hash(event())
    assert len({event_hash(event(request_id=one)) for one in ("", "a" * 32, "b" * 32)}) == 3


def test_the_time_is_hashed_in_utc():
    chicago = AT.astimezone(timezone(timedelta(hours=-6)))
    assert event_hash(event(at=chicago)) == event_hash(event())


@pytest.mark.parametrize("details", [{"share": 0.5}, {1: "a"}, {"when": AT}, {"a": [{"b": 1.0}]}])
def test_details_that_a_database_could_give_back_otherwise_are_refused(details):
    with pytest.raises(TypeError, match="cannot be hashed"):
        event_hash(event(details=details))


@pytest.mark.parametrize("n", [0, 1, 2, 9])
def test_an_untouched_chain_holds_against_every_earlier_head(n):
    links = chain(n)
    assert verify(links) == []
    for count in range(n + 1):
        assert verify(reversed(links), head=head_of(links[:count])) == []


@pytest.mark.parametrize(
    "change",
    [
        {"at": AT + timedelta(microseconds=1)},
        {"actor": 8},
        {"actor_name": ""},
        {"study": 1},
        {"action": "case.submitted"},
        {"target_type": "study"},
        {"target_id": "y"},
        {"details": {"phase": "blinded", "n": 2}},
        {"details": {"phase": "blinded", "n": 1.0}},
        {"prev_hash": "f" * 64},
    ],
)
@given(n=st.integers(1, 6), data=st.data())
def test_an_edited_event_is_found_at_its_number(n, data, change):
    links = chain(n)
    place = data.draw(st.integers(0, n - 1))
    links[place] = replace(links[place], event=replace(links[place].event, **change))
    [finding] = verify(links)
    assert (finding.tampering, finding.number) == (Tampering.EDITED, place + 1)


@given(n=st.integers(2, 8), data=st.data())
def test_an_event_that_was_edited_and_hashed_anew_is_found_where_the_next_follows(n, data):
    links = chain(n)
    place = data.draw(st.integers(0, n - 2))
    links[place] = relink(links[place], target_id="forged")
    [finding] = verify(links)
    assert (finding.tampering, finding.number) == (Tampering.REPLACED, place + 2)


@given(n=st.integers(2, 8), data=st.data())
def test_deleted_events_are_found_by_their_numbers(n, data):
    links = chain(n)
    first = data.draw(st.integers(0, n - 2))
    last = data.draw(st.integers(first, n - 2))
    del links[first : last + 1]
    [finding] = verify(links)
    assert finding.tampering == Tampering.DELETED
    missing = f"event {first + 1} is" if first == last else f"events {first + 1} to {last + 1} are"
    assert finding.sentence == f"{missing} missing before event {last + 2}"


@given(n=st.integers(3, 8), data=st.data())
def test_a_deletion_that_was_numbered_over_is_found(n, data):
    links = chain(n)
    del links[data.draw(st.integers(0, n - 2))]
    assert kinds(renumbered(links)) == {Tampering.REPLACED}


@given(n=st.integers(2, 8), data=st.data())
def test_exchanged_events_are_found(n, data):
    links = chain(n)
    one, other = sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=2, max_size=2)))
    links[one], links[other] = links[other], links[one]
    assert kinds(renumbered(links)) == {Tampering.REORDERED}


@pytest.mark.parametrize("follows", ["the event before it", "nothing known"])
@given(n=st.integers(2, 8), data=st.data())
def test_an_inserted_event_is_found_at_its_number(n, data, follows):
    links = chain(n)
    place = data.draw(st.integers(1, n - 1))
    prev_hash = links[place - 1].hash if follows == "the event before it" else "f" * 64
    links.insert(place, relink(links[0], prev_hash=prev_hash, target_id="forged"))
    [finding] = verify(renumbered(links))
    assert (finding.tampering, finding.number) == (Tampering.INSERTED, place + 1)


def test_of_two_events_at_the_end_that_follow_the_same_one_one_was_inserted():
    links = chain(4)
    links.append(relink(links[0], prev_hash=links[2].hash, target_id="forged"))
    assert kinds(renumbered(links)) == {Tampering.INSERTED}


@given(n=st.integers(1, 8), data=st.data())
def test_a_tail_that_was_cut_off_is_seen_against_an_exported_head_alone(n, data):
    links = chain(n)
    kept = links[: data.draw(st.integers(0, n - 1))]
    assert verify(kept) == []
    [finding] = verify(kept, head=head_of(links))
    assert (finding.tampering, finding.number) == (Tampering.CUT_OFF, len(kept) + 1)


def test_a_chain_written_anew_is_seen_against_an_exported_head_alone():
    links = chain(3)
    forged = [relink(links[0], actor_name="somebody else")]
    for link in links[1:]:
        forged.append(relink(link, prev_hash=forged[-1].hash))
    assert verify(forged) == []
    assert kinds(forged, head_of(links)) == {Tampering.REPLACED}
    assert kinds(forged, Head(0, GENESIS)) == set()
