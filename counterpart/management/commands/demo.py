"""`manage.py demo`: prepare the demonstration, then run the web server and the render worker until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from counterpart.demo.people import PASSWORD, SIGN_INS
from counterpart.environment import variables

GUNICORN_OPTIONS = (
    "counterpart.wsgi",
    *("--workers", "2", "--worker-class", "gthread", "--threads", "4", "--log-level", "warning"),
)
START_LIMIT_S = 60
STOP_LIMIT_S = 15


class Command(BaseCommand):
    help = "Prepare the demonstration and run web server and render worker until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        refuse_busy_port(port)
        # Ctrl-C and a plain kill end it the same, orderly way, also where a shell had SIGINT ignored.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, interrupt)
        try:
            self.prepare()
            self.run_until_interrupted(port)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped. The data are kept; `make demo` goes on from here.")

    def prepare(self) -> None:
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write("Loading the demonstration …")
        call_command("load_demo", stdout=self.stdout)

    def run_until_interrupted(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}/"
        processes = {
            "web server": start("-m", "gunicorn", *GUNICORN_OPTIONS, "--bind", f"127.0.0.1:{port}"),
            "render worker": start("manage.py", "render_worker"),
        }
        try:
            wait_until_answering(port, processes["web server"])
            self.stdout.write(self.invitation(address))
            while True:
                for name, process in processes.items():
                    if process.poll() is not None:
                        raise CommandError(
                            f"The {name} ended with status {process.returncode}; its messages are above. "
                            "The other process was stopped too. Mend the cause and run `make demo` again."
                        )
                time.sleep(0.5)
        finally:
            for process in processes.values():
                process.terminate()
            for process in processes.values():
                try:
                    process.wait(STOP_LIMIT_S)
                except subprocess.TimeoutExpired:
                    process.kill()

    def invitation(self, address: str) -> str:
        width = max(len(person.username) for person in SIGN_INS)
        lines = [f"\nCounterpart is running at {address}   (Ctrl-C ends it)\n"]
        lines += ["No second factor is asked for, unlike on a real server.\n"]
        lines += [f"Sign in with password {PASSWORD}:"]
        lines += [f"  {person.username:{width}}  {person.purpose}" for person in SIGN_INS]
        return "\n".join(lines) + "\n"


def interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def refuse_busy_port(port: int) -> None:
    """Raise CommandError when something already listens on ``port`` of this machine."""
    if is_listening(port):
        raise CommandError(
            f"Port {port} is in use: perhaps another demo is running. Stop it, or choose another port: "
            f"make demo PORT={port + 1}"
        )


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(*arguments: str) -> subprocess.Popen[bytes]:
    # A session of its own keeps Ctrl-C from reaching the child directly: it is ended once, by us, in order.
    # The demonstration's people have no telephones: its sign-in page says that no second factor is asked for.
    environ = {variables()["mfa"].name: "nobody"} | os.environ
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=environ, start_new_session=True
    )


def wait_until_answering(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when ``port`` accepts connections; raise CommandError when ``process`` ends first or is late."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CommandError(
                f"The web server ended with status {process.returncode}; see its messages above."
            )
        if is_listening(port):
            return
        time.sleep(0.1)
    raise CommandError(f"The web server did not answer on port {port} within {START_LIMIT_S} s.")
