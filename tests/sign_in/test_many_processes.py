"""Attempts are counted together by the processes of a server: guessing is no faster with more of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from django.conf import settings

from tests.firefox import free_port

MANAGE = (sys.executable, "manage.py")
GUNICORN = (sys.executable, "-m", "gunicorn", "counterpart.wsgi", "--workers", "3", "--log-level", "warning")
MAKE = "from django.contrib.auth.models import User; User.objects.create_user('ada', password='{}')"
PASSWORD = "a long enough password"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Three processes of a real server with a database of their own; returns its address."""
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ |= {"COUNTERPART_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "counterpart.settings"}
    run = {"cwd": settings.BASE_DIR, "env": environ}
    subprocess.run([*MANAGE, "migrate", "--verbosity", "0"], check=True, **run)
    subprocess.run([*MANAGE, "shell", "--verbosity", "0", "-c", MAKE.format(PASSWORD)], check=True, **run)
    port = free_port()
    process = subprocess.Popen([*GUNICORN, "--bind", f"127.0.0.1:{port}"], **run)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/livez")
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address: str) -> None:
    for _ in range(60):
        try:
            requests.get(address, timeout=20)
            return
        except requests.RequestException:
            time.sleep(0.5)
    pytest.fail(f"nothing answers at {address}")


def attempt(server: str, password: str) -> str:
    """What the server says to a name and a password: in, wrong or wait."""
    with requests.Session() as session:
        page = session.get(f"{server}/sign-in/", timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None
        sent = {"login": "ada", "password": password, "csrfmiddlewaretoken": token[1]}
        answer = session.post(f"{server}/sign-in/", data=sent, allow_redirects=False, timeout=30)
    if answer.status_code == 302:
        return "in"
    return "wait" if "Too many wrong attempts" in answer.text else "wrong"


@pytest.mark.slow
def test_twenty_guesses_at_once_are_five_tries(server: str) -> None:
    with ThreadPoolExecutor(20) as pool:
        said = sorted(pool.map(lambda number: attempt(server, f"guess {number}"), range(20)))
    assert said.count("wrong") == 5
    assert said.count("wait") == 15
    assert attempt(server, PASSWORD) == "wait"
