"""What a server logs while a study is read: ids of requests and routes, never who, what or a key."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from counterpart.logs import JsonLines, Lines
from readers.models import AuditEvent
from tests.readers.conftest import PASSWORD, World

CANARY = "kanarienvogel"
JSON = "application/json"
ALLOWED = {
    "at",
    "level",
    "logger",
    "message",
    "request",
    "method",
    "route",
    "status",
    "ms",
    "error",
    "places",
}


@pytest.fixture(params=[JsonLines, Lines])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Everything that any logger says, at any level that a server might be set to, as a server writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "django", "django.request")}
    root.addHandler(handler)
    for name in levels:
        logging.getLogger(name).setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_whole_reading_leaves_no_identity_no_answer_and_no_secret(
    blinded: World, log: io.StringIO, settings: Any
) -> None:
    reader = blinded.readers[0].user
    User.objects.filter(pk=reader.pk).update(
        username=f"{CANARY}1", first_name=f"{CANARY}2", email=f"{CANARY}3@x.org"
    )
    reader.refresh_from_db()
    case = blinded.current(blinded.readers[0])
    client = Client()
    client.raise_request_exception = False
    client.post("/sign-in/", {"username": f"{CANARY}1", "password": f"{CANARY}4"})
    client.post("/sign-in/", {"username": f"{CANARY}1", "password": PASSWORD})
    client.force_login(reader)
    address = f"/api/v1/assignments/{case.public_id}/"
    client.get(address)
    client.post(f"{address}exposures/")
    for key in ("ring", "distance", f"{CANARY}5"):
        body = {"score": 4, "idempotency_key": str(uuid4()), "comment": f"{CANARY}6"}
        client.put(f"{address}answers/{key}/", body, content_type=JSON)
    client.put(f"{address}answers/ring/", f'{{"{CANARY}7', content_type=JSON)
    client.post(f"{address}submit/", {"form_sha256": blinded.study.form_sha256}, content_type=JSON)
    for path in ("invitations/", "frames/", "calendar/", ""):
        client.get(f"/{path}{CANARY}8/")
    client.get("/read/", HTTP_AUTHORIZATION=f"Bearer {CANARY}9", HTTP_HOST=f"{CANARY}.example.org")
    strict = Client(enforce_csrf_checks=True)
    strict.post("/sign-in/", {"username": f"{CANARY}1", "password": PASSWORD})
    written = log.getvalue()
    assert written.count("answered") > 10
    assert CANARY not in written
    assert str(case.public_id) not in written
    assert PASSWORD not in written
    if written.startswith("{"):
        assert set().union(*lines(log)) <= ALLOWED
        assert {line["message"] for line in lines(log) if line["logger"] == "counterpart.middleware"} == {
            "answered"
        }


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_told_by_type_and_place_and_the_reader_gets_its_reference(
    log: io.StringIO, client: Client
) -> None:
    client.force_login(User.objects.create_user(f"{CANARY}1"))
    client.raise_request_exception = False
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE readers_membership RENAME TO readers_membership_gone")
    try:
        response = client.get(f"/?{CANARY}2")
    finally:
        with connection.schema_editor() as editor:
            editor.execute("ALTER TABLE readers_membership_gone RENAME TO readers_membership")
    assert response.status_code == 500
    written = log.getvalue()
    assert response["X-Request-ID"] in written
    assert "views.py" in written
    assert CANARY not in written
    assert "readers_membership" not in written


def test_each_audit_event_carries_the_id_of_its_lines_in_the_log(
    blinded: World, log: io.StringIO, as_user: Any
) -> None:
    case = blinded.current(blinded.readers[0])
    before = AuditEvent.objects.count()
    as_user(blinded.readers[0].user).post(f"/api/v1/assignments/{case.public_id}/exposures/")
    new = AuditEvent.objects.order_by("number")[before:]
    (request_id,) = {event.request_id for event in new}
    assert len(request_id) == 32
    assert request_id in log.getvalue()
    assert set(AuditEvent.objects.filter(number__lte=before).values_list("request_id", flat=True)) == {""}


@pytest.mark.parametrize(("https", "taken"), [(True, True), (False, False)])
def test_the_proxys_id_is_taken_behind_it_alone(
    client: Client, log: io.StringIO, settings: Any, https: bool, taken: bool
) -> None:
    settings.HTTPS = https
    client.get("/livez", HTTP_X_REQUEST_ID="a" * 32)
    client.get("/livez", HTTP_X_REQUEST_ID=CANARY)
    assert ("a" * 32 in log.getvalue()) is taken
    assert CANARY not in log.getvalue()
