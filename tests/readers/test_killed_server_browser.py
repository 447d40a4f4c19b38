"""The server dies in the middle of saving and comes back: nothing is lost and nothing is stored twice."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from itertools import cycle
from urllib.error import URLError

import pytest
from django.conf import settings
from django.db import connection

from readers.models import Answer
from readers.selectors.answer_check import altered_answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

KILLS = 3


class Server:
    """gunicorn with two workers on the test's own database; `kill` takes master and workers at once."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        database = connection.settings_dict
        if connection.vendor == "sqlite":
            url = f"sqlite:///{database['NAME']}"
        else:
            url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
        self.environment = os.environ | {
            "COUNTERPART_DATA": str(folder),
            "COUNTERPART_SECRET_KEY": settings.SECRET_KEY,
            "COUNTERPART_DEBUG": "true",  # static files without a collection
            "DATABASE_URL": url,
        }

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "counterpart.wsgi",
            "-w",
            "2",
            "-b",
            f"127.0.0.1:{self.port}",
        ]
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            cwd=settings.BASE_DIR,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/sign-in/", timeout=5).close()
                return
            except (URLError, OSError):
                time.sleep(0.1)
        pytest.fail("the server did not start")

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.mark.timeout(180)
def test_a_server_that_is_killed_while_saving_loses_and_doubles_nothing(make_world, browser, client, server):
    world = make_world(n_exploratory=0, n_blinded=1)
    world.lock_form()
    case = world.current(world.readers[0])
    client.force_login(world.readers[0].user)
    context = browser.new_context(base_url=server.url)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}]
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(f"/read/{case.public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")
    scores = cycle([1, 2, 3, 4, 5])
    typed = []
    for _ in range(KILLS):
        for number in range(8):
            typed.append(next(scores))
            page.keyboard.press("ArrowUp")
            page.keyboard.press(str(typed[-1]))
            if number == 5:
                server.kill()
        page.wait_for_selector("#saved:has-text('kept on this device')")
        server.start()
    page.wait_for_selector("#saved:text-matches('saved [0-9:]{8}')")
    stored = Answer.objects.filter(assignment=case, criterion__key="ring").order_by("version")
    assert [answer.score for answer in stored] == typed
    assert [answer.version for answer in stored] == list(range(1, len(typed) + 1))
    assert Answer.objects.count() == len(typed)
    assert altered_answers()[1] == []
    context.close()
