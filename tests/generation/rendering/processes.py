"""Processes of the product on the test's database and data folder, and what they did to a video."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from generation.models import RenderChunk, Video

# Enough evaluations of the tiny net for a chunk to take a second: time to be killed in.
SLOW = {"steps": 120}


def database_url(connection: Any) -> str:
    """The test's database as an address that another process can be given."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)


@contextmanager
def product_process(data: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """``python ARGUMENTS`` with the test's database; ended with SIGTERM."""
    told = {
        "DATABASE_URL": database_url(connection),
        "COUNTERPART_DATA": str(data),
        "OMP_NUM_THREADS": "1",
        **environment,
    }
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=os.environ | told, start_new_session=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def render_worker(data: Path, *arguments: str):
    """``manage.py render_worker`` with one thread."""
    return product_process(data, "manage.py", "render_worker", "--threads", "1", *arguments)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and its children: nobody can tidy up."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 100) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


def states(video: Video) -> list[str]:
    return list(_chunks(video).values_list("state", flat=True))


def attempts(video: Video) -> list[int]:
    return list(_chunks(video).values_list("attempt", flat=True))


def written(folder: Path) -> dict[str, tuple[int, int]]:
    """File name to inode and time of writing: equal when a file was not touched."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.glob("*.png")}


def _chunks(video: Video):
    return RenderChunk.objects.filter(job__video=video).order_by("index")
