"""Headers and cookies of every answer, and that nothing is written without a token of the page's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.roles.conftest import Scene
from tests.roles.rows import PARTS, TABLE
from tests.roles.test_roles import filled, undone

pytestmark = pytest.mark.django_db

ON_ALL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_EXECUTED = ("'unsafe-inline'", "'unsafe-eval'", "https:", "http:", "*")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.rpartition(".")[2])
def test_every_answer_has_the_headers_whoever_asks(scene: Scene, part: ModuleType) -> None:
    lacking = set()
    for name, row in part.ROWS.items():
        for person in ("reader", "coordinator", "engineer", "nobody"):
            client = Client()
            if user := scene.people[person]:
                client.force_login(user)
            with undone():
                answer = client.generic(row.method, filled(row.address, scene.words))
            lacking |= {(name, header) for header, value in ON_ALL.items() if answer.get(header) != value}
            policy = answer.get("Content-Security-Policy", "")
            if "default-src 'self'" not in policy or any(word in policy.split() for word in NOT_EXECUTED):
                lacking.add((name, "Content-Security-Policy"))
            if "camera=()" not in answer.get("Permissions-Policy", ""):
                lacking.add((name, "Permissions-Policy"))
    assert lacking == set()


@pytest.mark.parametrize("address", ["/nowhere/", "/static/nothing.css", "/admin/login/", "/livez"])
def test_so_have_refusals_and_the_admin(client: Client, address: str) -> None:
    answer = client.get(address)
    assert {header: answer.get(header) for header in ON_ALL} == ON_ALL
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.rpartition(".")[2])
def test_nothing_is_written_without_the_token_of_a_page(scene: Scene, part: ModuleType) -> None:
    """Every unsafe row of the role table, for everybody to whom it is open."""
    done = []
    for name, row in part.ROWS.items():
        if row.method in ("GET", "HEAD"):
            continue
        for person, status in row.expected.items():
            if status >= 400 or person == "nobody":
                continue
            client = Client(enforce_csrf_checks=True)
            client.force_login(scene.people[person])
            with undone():
                answer = client.generic(
                    row.method, filled(row.address, scene.words), content_type=row.kind, data=b""
                )
            if answer.status_code != 403:
                done.append((name, person, answer.status_code))
    assert done == []


def test_no_view_is_exempt_from_it_but_the_api_which_asks_itself() -> None:
    def views(patterns: list[URLPattern | URLResolver]) -> list[tuple[str, object]]:
        found = []
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                found += views(pattern.url_patterns)
            else:
                found.append((str(pattern.name), pattern.callback))
        return found

    exempt = {
        name
        for name, view in views(get_resolver().url_patterns)
        if getattr(view, "csrf_exempt", False) and not hasattr(view, "cls")
    }
    assert exempt == set()
    assert any(row.method == "POST" for row in TABLE.values())


@pytest.mark.parametrize("extra", [{}, {"HTTP_X_FORWARDED_PROTO": "https"}])
def test_a_body_larger_than_any_page_sends_is_not_read(client: Client, extra: dict[str, str]) -> None:
    answer = client.post("/sign-in/", data=b"x", content_type="text/plain", CONTENT_LENGTH="4000001", **extra)
    assert answer.status_code == 413


BEHIND_TLS = """
import django
django.setup()
from django.test import Client
answer = Client().get("/sign-in/", headers={"x-forwarded-proto": "https", "host": "reads.example.org"})
print(answer["Strict-Transport-Security"])
for cookie in answer.cookies.values():
    print(cookie.key, cookie["secure"], cookie["path"], cookie["domain"] or "-")
print(Client().get("/sign-in/", headers={"host": "reads.example.org"}).status_code)
"""


def test_behind_tls_cookies_belong_to_the_host_and_browsers_keep_to_tls(tmp_path: Path) -> None:
    environ = os.environ | {
        "COUNTERPART_DATA": str(tmp_path),
        "COUNTERPART_HTTPS": "true",
        "COUNTERPART_HOSTS": "reads.example.org",
        "COUNTERPART_URL": "https://reads.example.org",
        "DJANGO_SETTINGS_MODULE": "counterpart.settings",
        "DATABASE_URL": "",
    }
    run = {"cwd": settings.BASE_DIR, "env": environ, "check": True, "text": True}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], **run)
    done = subprocess.run([sys.executable, "-c", BEHIND_TLS], **run, capture_output=True)
    assert done.stdout.split("\n")[:3] == ["max-age=31536000", "__Host-csrftoken True / -", "301"]
