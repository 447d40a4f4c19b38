"""A study is read over TLS on the processes of a production server; each of them is killed meanwhile."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from tests.production.scene import CRITERIA
from tests.production.stack import Stack
from tests.production.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Reply:
    """A whole answer of the server."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


Get = Callable[..., Reply]


@pytest.fixture(scope="module")
def readers(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.scene("prepare", "2")["readers"]
    return found


@pytest.fixture
def get(stack: Stack, readers: list[dict[str, Any]]) -> Get:
    """Ask nginx as the second reader's browser would."""

    def ask(path: str, method: str = "GET", **headers: str) -> Reply:
        cookies = f"__Host-sessionid={readers[1]['session']}; __Host-csrftoken={'c' * 32}"
        sent = {"Cookie": cookies, "X-CSRFToken": "c" * 32, "Referer": f"{stack.url}/", **headers}
        secure = http.client.HTTPSConnection("localhost", stack.port, context=stack.trust, timeout=30)
        with closing(secure) as connection:
            connection.request(method, path, headers=sent)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())

    return ask


@pytest.fixture
def page(stack: Stack, readers: list[dict[str, Any]], new_page: Callable[[Stack], Any]) -> Any:
    """The first reader's browser."""
    opened = new_page(stack)
    cookie = {"name": "__Host-sessionid", "value": readers[0]["session"], "url": stack.url}
    opened.context.add_cookies([{**cookie, "secure": True, "httpOnly": True}])
    return opened


@pytest.mark.parametrize(("part", "digits"), [("web", "152"), ("nginx", "244"), ("postgresql", "531")])
def test_a_part_is_killed_while_a_reader_answers_and_nothing_is_lost(
    stack: Stack, page: Any, readers: list[dict[str, Any]], part: str, digits: str
) -> None:
    before = stack.scene("account")["answers"]
    page.goto(f"/read/{readers[0]['case']}/")
    page.locator("#verified").get_by_text("exact").wait_for()
    for position, digit in enumerate(digits, start=1):
        if position == 2:
            stack.parts[part].kill()
        page.keyboard.press(digit)
    stack.start_part(part)
    page.locator("#saved").get_by_text("saved").wait_for()
    page.wait_for_timeout(3_000)
    after = stack.scene("account")
    new = [one[1:] for one in after["answers"] if one not in before]
    typed = [[criterion, int(digit)] for criterion, digit in zip(CRITERIA, digits, strict=True)]
    assert sorted(new) == sorted(typed)
    assert after["findings"] == []
    assert stack.probe("/readyz")[0] == 200


def test_without_its_broker_the_site_says_so_and_serves_on_and_then_the_worker_renders(
    stack: Stack, get: Get
) -> None:
    stack.parts["broker"].kill()
    status, told = stack.probe("/readyz")
    assert (status, json.loads(told)["queue"][:6]) == (503, "failed")
    assert get("/read/").status == 200
    # Asked for while the broker was away: the worker finds it in the database when it starts.
    stack.python("-m", "tests.production.renders", "ask", "1", "0")
    stack.start_part("broker")
    stack.start_part("worker")
    wait_until(lambda: stack.renders("0")["finished"] >= 1)
    stack.parts["worker"].kill()
    assert stack.probe("/readyz")[0] == 200


def test_a_worker_whose_database_was_away_renders_on_when_it_is_back(stack: Stack) -> None:
    stack.start_part("worker")
    before = stack.renders("0")["chunks"]
    stack.python("-m", "tests.production.renders", "ask", "4", "0")
    wait_until(lambda: stack.renders("0")["chunks"] > before)
    stack.parts["postgresql"].kill()
    time.sleep(5)  # long enough for every message to meet the gap
    stack.start_part("postgresql")
    stack.python("-m", "tests.production.renders", "forget_leases")
    wait_until(lambda: stack.renders("0")["finished"] == 4)
    stack.parts["worker"].kill()


def test_nginx_sends_frames_in_parts_without_what_would_tell_them_apart(
    get: Get, readers: list[dict[str, Any]]
) -> None:
    address = f"/api/v1/assignments/{readers[1]['case']}/"
    assert get(f"{address}exposures/", "POST").status == 201
    case = json.loads(get(address).body)
    whole = get(case["bundle_url"])
    assert whole.status == 200
    assert "X-Accel-Redirect" not in whole.headers
    part = get(case["bundle_url"], Range="bytes=10-19")
    assert (part.status, part.body) == (206, whole.body[10:20])
    frame = get(case["frames"][0]["url"])
    assert frame.body.startswith(b"\x89PNG")
    for answer in (whole, part, frame):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["ETag"] is None
        assert answer.headers["Last-Modified"] is None


def test_what_is_not_for_the_outside_is_not_there(stack: Stack, get: Get) -> None:
    for path in ("/metrics", "/readyz", "/livez", "/frames-on-disk/", "/frames-on-disk/../secret_key"):
        assert get(path).status in (400, 404), path
    with closing(http.client.HTTPConnection("127.0.0.1", stack.http_port, timeout=10)) as plain:
        plain.request("GET", "/read/", headers={"Host": "localhost"})
        answer = plain.getresponse()
        answer.read()
    assert answer.status == 301


def test_the_watcher_on_the_machine_is_answered(stack: Stack) -> None:
    assert stack.probe("/livez") == (200, b"alive\n")
    status, told = stack.probe("/readyz")
    assert (status, set(json.loads(told).values())) == (200, {"ok"})
    assert b"counterpart_requests_total" in stack.probe("/metrics")[1]


def test_logs_are_json_and_name_no_case_and_no_session(stack: Stack, readers: list[dict[str, Any]]) -> None:
    assert {line["logger"] for line in stack.log_lines()} >= {"counterpart.middleware", "gunicorn.error"}
    for name in ("web.log", "counterpart.log", "counterpart.error.log"):
        text = (stack.folder / name).read_text()
        for reader in readers:
            assert reader["case"] not in text, name
            assert reader["session"] not in text, name
