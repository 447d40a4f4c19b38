"""Addresses of frames: one reader's, for one case, for a quarter of an hour, all of one length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from readers.frame_addresses import ROUNDED_S, VALID_S, bundle_address, frame_addresses
from readers.services.reading import open_case
from tests.readers.conftest import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_world: Callable[..., World], clock: Any) -> World:
    """Two readers, each with a blinded case open."""
    world = make_world(n_readers=2)
    for reader in world.readers:
        world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    for reader in world.readers:
        open_case(public_id=world.current(reader).public_id, by=reader.user)
    return world


def addresses(world: World, reader: int, by: int | None = None) -> list[str]:
    case = world.current(world.readers[reader])
    user = world.readers[reader if by is None else by].user
    return [bundle_address(user, case.public_id), *frame_addresses(user, case.public_id, 2)]


def statuses(client: Client, found: list[str]) -> list[int]:
    return [client.get(address).status_code for address in found]


def test_they_open_for_their_reader_alone(world, as_user, client):
    mine, others = as_user(world.readers[0].user), as_user(world.readers[1].user)
    assert statuses(mine, addresses(world, 0)) == [200] * 3
    assert statuses(others, addresses(world, 0)) == [404] * 3
    assert statuses(others, addresses(world, 0, by=1)) == [404] * 3
    assert statuses(mine, addresses(world, 0, by=1)) == [404] * 3
    assert statuses(client, addresses(world, 0)) == [404] * 3
    for person in (world.coordinator, world.analyst, world.monitor):
        assert statuses(as_user(person), addresses(world, 0)) == [404] * 3


def test_they_end_after_a_quarter_of_an_hour_and_say_what_to_do(world, as_user, clock):
    client, found = as_user(world.readers[0].user), addresses(world, 0)
    clock.shift(VALID_S)
    assert statuses(client, found) == [200] * 3
    clock.shift(ROUNDED_S)
    assert statuses(client, found) == [403] * 3
    assert "Load the page again" in client.get(found[0]).content.decode()
    assert statuses(client, addresses(world, 0)) == [200] * 3


def test_no_digit_of_one_can_be_changed(world, as_user):
    client, (bundle, frame, _) = as_user(world.readers[0].user), addresses(world, 0)
    for address in (bundle, frame):
        start = len("/frames/")
        for place in range(start, start + 40):
            changed = "0" if address[place] != "0" else "1"
            assert client.get(address[:place] + changed + address[place + 1 :]).status_code == 404


def test_they_are_of_one_length_and_the_same_while_a_page_is_asked_for(world):
    for kind in (0, 1):
        assert len({len(addresses(world, reader)[kind]) for reader in (0, 1)}) == 1
    assert addresses(world, 0) == addresses(world, 0)
    assert addresses(world, 0)[1] != addresses(world, 1)[1]


def test_a_download_that_broke_off_goes_on_under_the_same_address(world, as_user):
    client, (bundle, *_) = as_user(world.readers[0].user), addresses(world, 0)
    whole = b"".join(client.get(bundle).streaming_content)
    rest = client.get(bundle, headers={"range": f"bytes={len(whole) // 2}-"})
    assert rest.status_code == 206
    assert b"".join(rest.streaming_content) == whole[len(whole) // 2 :]
    assert client.head(bundle).status_code == 200
    assert client.get(bundle, headers={"range": f"bytes={len(whole)}-"}).status_code == 416
