"""Who gets which status from which address of the whole site. A new address without a row fails."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.readers.crawler import out_of_step
from tests.roles.conftest import Scene
from tests.roles.rows import PARTS, TABLE
from tests.roles.table import PEOPLE

# The admin makes its addresses itself; what it shows to whom is tested in tests/readers/test_admin.py.
ELSEWHERE = ("admin:",)


def names(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    addresses = {name for name in names(get_resolver().url_patterns) if not name.startswith(ELSEWHERE)}
    rows = {name.split(" ")[0] for name in TABLE}
    assert addresses - rows == set(), "addresses without a row in tests/roles/rows/"
    assert rows - addresses == set(), "rows whose address is gone"


def filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(words)
    if isinstance(value, Mapping):
        return {key: filled(part, words) for key, part in value.items()}
    return [filled(part, words) for part in value] if isinstance(value, list) else value


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is undone: each request meets the same scene."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.rpartition(".")[2])
def test_status_by_role(scene: Scene, part: ModuleType) -> None:
    found = {}
    for name in part.ROWS.keys() - out_of_step():
        row = part.ROWS[name]
        body = filled(row.body, scene.words)
        data = json.dumps(body) if row.kind == "application/json" else urlencode(body, doseq=True)
        for person in PEOPLE:
            client = Client()
            if user := scene.people[person]:
                client.force_login(user)
            with undone():
                address = filled(row.address, scene.words)
                response = client.generic(row.method, address, data=data, content_type=row.kind)
            if response.status_code != row.expected[person]:
                found[name, person] = f"{response.status_code}, not {row.expected[person]}"
    assert found == {}
