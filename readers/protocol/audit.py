"""The audit chain: each event carries the hash of the one before, so that no event can change unseen.

Whoever can write to the database can still append events unseen, and write the whole chain anew; the second
is found by a head (count and hash of the last event) that was exported before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from readers.protocol.canonical import sha256_of

GENESIS = "0" * 64


@dataclass(frozen=True)
class Event:
    """What the hash of an event covers. `at` is in UTC; `actor` and `study` are primary keys.

    `request_id` is "" outside of a request; the hash then is that of an event without the field, as those of
    before it are.
    """

    at: datetime
    actor: int | None
    actor_name: str
    study: int | None
    action: str
    target_type: str
    target_id: str
    details: Mapping[str, Any]
    prev_hash: str
    request_id: str = ""


@dataclass(frozen=True)
class Link:
    """An event as it is on record: numbered from 1 without gaps, with its SHA-256 (hex)."""

    number: int
    event: Event
    hash: str


@dataclass(frozen=True)
class Head:
    """The end of a chain of `count` events; `hash` is that of the last, `GENESIS` when there is none."""

    count: int
    hash: str


class Tampering(StrEnum):
    """What can be found. `replaced`: hashed anew, by an edit or after a deletion that was numbered over."""

    EDITED = "edited"
    DELETED = "deleted"
    REORDERED = "reordered"
    INSERTED = "inserted"
    REPLACED = "replaced"
    CUT_OFF = "cut off"


@dataclass(frozen=True)
class Finding:
    """One place where the chain does not hold, and the sentence that says so."""

    tampering: Tampering
    number: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.tampering}: {self.sentence}"


def event_hash(event: Event) -> str:
    """SHA-256 (hex) of an event as canonical JSON (sorted keys, no spaces, ASCII), its `prev_hash` included.

    Raises `TypeError` for details that a database might give back in another form than they were hashed in.
    """
    covered = vars(event) | {"at": event.at.astimezone(UTC).isoformat(timespec="microseconds")}
    if not event.request_id:
        del covered["request_id"]
    return sha256_of(covered)


def head_of(links: Sequence[Link]) -> Head:
    """The head of a chain in the order of its numbers."""
    return Head(count=len(links), hash=links[-1].hash if links else GENESIS)


def verify(links: Iterable[Link], *, head: Head | None = None) -> list[Finding]:
    """All that is wrong with a chain, in order; empty when it holds.

    Without `head`, a tail that was cut off and a chain that was written anew as a whole cannot be seen.
    """
    chain = sorted(links, key=lambda link: link.number)
    findings = _broken_links(chain)
    if head is not None:
        findings += _against_head(chain, head)
    return findings


def _broken_links(chain: Sequence[Link]) -> list[Finding]:
    findings: list[Finding] = []
    followers = Counter(link.event.prev_hash for link in chain)
    known = {GENESIS, *(link.hash for link in chain)}
    expected_number, previous_hash = 1, GENESIS

    def found(tampering: Tampering, sentence: str) -> None:
        findings.append(Finding(tampering, link.number, sentence))

    for link in chain:
        prev_hash = link.event.prev_hash
        forked = followers[prev_hash] > 1
        nobody_follows = not followers[link.hash]
        gap = range(expected_number, link.number)
        expected_number = link.number + 1
        if gap:
            found(Tampering.DELETED, f"{_events(gap)} missing before event {link.number}")
        if _hash_or_none(link.event) != link.hash:
            found(Tampering.EDITED, f"event {link.number} does not have the content that was hashed")
        elif prev_hash == previous_hash and not (forked and nobody_follows):
            pass
        elif gap and prev_hash not in known:
            pass  # it follows one of the missing events
        elif nobody_follows and (forked or (prev_hash not in known and link is not chain[-1])):
            found(Tampering.INSERTED, f"event {link.number} is not one that the next event follows")
            followers[prev_hash] -= 1
            continue
        elif prev_hash in known:
            found(Tampering.REORDERED, f"event {link.number} follows another event than the one before it")
        else:
            found(Tampering.REPLACED, f"the event that event {link.number} follows is no longer on record")
        previous_hash = link.hash
    return findings


def _against_head(chain: Sequence[Link], head: Head) -> list[Finding]:
    last = chain[-1].number if chain else 0
    if last < head.count:
        missing = _events(range(last + 1, head.count + 1))
        return [Finding(Tampering.CUT_OFF, last + 1, f"{missing} missing that the exported head counts")]
    there = next((link.hash for link in chain if link.number == head.count), GENESIS)
    if there != head.hash:
        return [Finding(Tampering.REPLACED, head.count, f"event {head.count} is not the exported head's")]
    return []


def _hash_or_none(event: Event) -> str | None:
    try:
        return event_hash(event)
    except TypeError:
        return None


def _events(numbers: range) -> str:
    if len(numbers) == 1:
        return f"event {numbers[0]} is"
    return f"events {numbers[0]} to {numbers[-1]} are"
