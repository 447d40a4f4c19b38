"""The API is asked what its description permits, and what it does not, by everybody: it never falls over."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
import yaml
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from tests.roles.conftest import Scene
from tests.roles.table import PEOPLE
from tests.roles.test_roles import undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(600)]

EXAMPLES = 12
QUIET = settings(
    max_examples=EXAMPLES,
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
MALFORMED = (
    *(b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b'{"a": NaN}', b"[" * 2000, b'{"a": 1e999}'),
    b'{"a": "\\u0000"}',
)
# Refusals that say that something beside this server failed, in the API's own words.
BESIDE = (502, 503)


def operations() -> dict[str, Any]:
    """Every operation of the description, by method and path."""
    out = StringIO()
    call_command("spectacular", stdout=out)
    schema = schemathesis.openapi.from_dict(yaml.safe_load(out.getvalue()))
    found = (result.ok() for result in schema.get_all_operations())
    return {f"{one.method.upper()} {one.path}": one for one in found}


def real_ids(scene: Scene) -> Mapping[str, list[str]]:
    """What stands in the place of a path's part so that more than "not found" is met."""
    words = scene.words
    return {
        "public_id": [words["case"], words["explored"], words["room"]],
        "slug": ["pelvis", "hand"],
        "code": ["R1", "R2"],
        "key": ["ring"],
        "observation": [words["note"]],
        "meaning": ["answers", "form", "protocol"],
        "name": [words["cohort"], "gradients"],
        "id": [words["invitation"], words["api_token"], words["video"]],
    }


def sent(case: Any) -> tuple[str, bytes]:
    """Query and body, as they go over the wire."""
    body = b"" if isinstance(case.body, NotSet) else json.dumps(case.body, default=str).encode()
    return urlencode(dict(case.query or {}), doseq=True), body


def falls_over(scene: Scene, person: str, method: str, path: str, body: bytes, query: str) -> bool:
    """Whether the server answers with a fault of its own."""
    client = Client(raise_request_exception=False)
    if user := scene.people[person]:
        client.force_login(user)
    cache.clear()
    with undone():
        answer = client.generic(method, path, body, "application/json", query_string=query)
    return answer.status_code >= 500 and answer.status_code not in BESIDE


def path_of(case: Any, draw: Callable[..., Any], ids: Mapping[str, list[str]]) -> str:
    parts = dict(case.path_parameters or {})
    for name in parts:
        if name in ids and draw(st.booleans() | st.just(True)):
            parts[name] = draw(st.sampled_from(ids[name]))
    path = case.path
    for name, value in parts.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path


def test_no_operation_falls_over_whatever_it_is_sent(scene: Scene) -> None:
    ids, fell = real_ids(scene), set()
    found = operations()
    assert len(found) > 50

    def ask_all(name: str, operation: Any) -> None:
        as_described, otherwise = (operation.as_strategy(generation_mode=mode) for mode in MODES)

        @QUIET
        @given(case=as_described | otherwise, person=st.sampled_from(PEOPLE), data=st.data())
        def ask(case: Any, person: str, data: st.DataObject) -> None:
            query, body = sent(case)
            address = path_of(case, data.draw, ids)
            if falls_over(scene, person, operation.method.upper(), address, body, query):
                fell.add((name, person, address, query, body))

        ask()

    for name, operation in found.items():
        ask_all(name, operation)
    assert fell == set()


def test_no_operation_falls_over_a_body_that_is_no_body(scene: Scene) -> None:
    fell = set()
    for name in operations():
        method, _, path = name.partition(" ")
        if method == "GET":
            continue
        for part, words in real_ids(scene).items():
            path = path.replace(f"{{{part}}}", words[0])
        for person in ("reader", "coordinator"):
            fell |= {(name, body) for body in MALFORMED if falls_over(scene, person, method, path, body, "")}
    assert fell == set()
