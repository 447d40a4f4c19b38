"""A RabbitMQ of the tests' own, on loopback, with nothing of it outside a temporary folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_LIMIT_S = 60


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment_of(folder: Path, port: int) -> dict[str, str]:
    """What makes `SERVER` keep everything in ``folder`` and listen on loopback alone."""
    return os.environ | {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"counterpart-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder),
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_CONFIG_FILE": str(folder / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "none"),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }


@contextmanager
def rabbitmq_server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A broker with its data in ``folder``; started again there, it has the messages that it had."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [SERVER], env=environment_of(folder, port), stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_for(port, process, folder)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"RabbitMQ did not start: {(folder / 'output').read_text()[-2000:]}")
