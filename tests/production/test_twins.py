"""Two production servers whose databases differ in secrets alone send a reader the same bytes.

On PostgreSQL, through gunicorn and nginx, over TLS: what nginx adds (sizes, tags, dates, ranges) is compared
too. `tests/readers/test_leak_crawler.py` does the same inside one process, with every method.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.urls import get_resolver

from tests.production.stack import Stack
from tests.readers.crawler import filled, masked, routes
from tests.readers.test_leak_crawler import first_difference

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CSRF = "c" * 32
# A person's own account, whose secrets are drawn anew for each page, and how the machine is.
LEFT_OUT = ("account_", "mfa_", "socialaccount_", "session", "openid", "livez", "readyz", "metrics")
MOMENTS = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"
    rb"|[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}, (\d{1,2}(:\d\d)? [ap]\.m\.|noon|midnight)( UTC)?"
    rb"|(?m:^(date|expires): .*$)"
)


@dataclass(frozen=True)
class Asked:
    """A request of the reader; `headers` beside those of the session."""

    method: str
    address: str
    headers: dict[str, str]
    body: dict[str, Any] | None = None


def requests(made: dict[str, Any]) -> Iterator[Asked]:
    """Every address with the reader's own and others' ids, parts of frames, then the next steps."""
    for name, route in routes(get_resolver().url_patterns):
        if not name.startswith(LEFT_OUT):
            first, *others = dict.fromkeys(filled(route, made["words"]))
            yield from (Asked(method, first, {}) for method in ("GET", "HEAD", "OPTIONS"))
            yield from (Asked("GET", address, {}) for address in others)
    seal, case = made["words"]["seal"][0], made["case"]
    for file in (f"/frames/{seal}/{case}.bundle", f"/frames/{seal}/{case}/0.png"):
        for part in ("bytes=0-99", "bytes=-20", "bytes=99999999-"):
            yield Asked("GET", file, {"Range": part})
        yield Asked("GET", file, {"If-Modified-Since": "Sat, 01 Jan 2050 00:00:00 GMT"})
    api = f"/api/v1/assignments/{case}/"
    yield Asked(
        "PUT", f"{api}answers/ring/", {}, {"score": 9, "idempotency_key": str(UUID(int=1, version=4))}
    )
    for place, key in enumerate(("ring", "distance")):
        said = {"score": 2, "idempotency_key": str(UUID(int=2 + place, version=4))}
        yield Asked("PUT", f"{api}answers/{key}/", {}, said)
    yield Asked("POST", f"{api}ahead/", {}, {})
    yield Asked("POST", f"{api}submit/", {}, {"form_sha256": "0" * 64})
    yield Asked("POST", f"{api}submit/", {}, {"form_sha256": made["form"]})
    yield from (Asked("GET", address, {}) for address in ("/read/", "/api/v1/worklist/", f"/read/{case}/"))


def replies(stack: Stack, made: dict[str, Any]) -> list[tuple[str, int, bytes]]:
    """What comes back for each request, with what is drawn at random or tells the time taken out."""
    same: dict[str, str] = {}
    found = []
    secure = http.client.HTTPSConnection("localhost", stack.port, context=stack.trust, timeout=60)
    cookies = f"__Host-sessionid={made['session']}; __Host-csrftoken={CSRF}"
    with closing(secure) as connection:
        for asked in requests(made):
            headers = {"Cookie": cookies, "X-CSRFToken": CSRF, "Referer": f"{stack.url}/", **asked.headers}
            if asked.body is not None:
                headers["Content-Type"] = "application/json"
            body = None if asked.body is None else json.dumps(asked.body)
            connection.request(asked.method, asked.address, body, headers)
            reply = connection.getresponse()
            head = "".join(f"{name.lower()}: {value}\n" for name, value in reply.getheaders())
            wire = f"{reply.status} {reply.reason}\n{head}\n".encode() + reply.read()
            wire = wire.replace(str(stack.port).encode(), b"PORT")
            name = f"{asked.method} {masked(asked.address.encode(), same).decode()} {asked.headers}"
            found.append((name, reply.status, MOMENTS.sub(b"-", masked(wire, same))))
    return found


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not below pytest's own folder, which PostgreSQL may not enter."""
    made = Path(tempfile.mkdtemp(prefix="counterpart-twins-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def test_servers_that_differ_in_secrets_alone_send_the_same_bytes(folder: Path) -> None:
    found, directions = [], []
    for number in (0, 1):
        place = folder / str(number)
        place.mkdir()
        stack = Stack(place)
        stack.environment["PYTHONHASHSEED"] = "0"  # decides in which order a policy's parts are sent
        try:
            stack.start()
            made = json.loads(stack.python("-m", "tests.production.twins", str(number)))
            directions.append(made["directions"])
            found.append(replies(stack, made))
        finally:
            stack.stop()
    one, other = found
    assert directions[0] != directions[1]
    assert [name for name, *_ in one] == [name for name, *_ in other]
    statuses = [status for _, status, _ in one]
    assert sum(status in (200, 206) for status in statuses) > 40
    assert {429, 500, 502, 503}.isdisjoint(statuses)
    unlike = [(a[0], *first_difference(a[2], b[2])) for a, b in zip(one, other, strict=True) if a != b]
    if unlike:
        pytest.fail("\n".join(map(str, unlike[:20])), pytrace=False)
