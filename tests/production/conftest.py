"""A production server for the tests of this folder, brought up once for each file."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.production.stack import POSTGRESQL, Stack
from tests.rabbitmq import SERVER


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """All parts of a server; not below pytest's own folder, which PostgreSQL may not enter."""
    there = shutil.which("nginx") and (POSTGRESQL / "initdb").exists() and SERVER.exists()
    if not there and not os.environ.get("CI"):
        pytest.skip("a server is missing: `apt-get install nginx postgresql rabbitmq-server`")
    folder = Path(tempfile.mkdtemp(prefix="counterpart-production-"))
    made = Stack(folder, with_broker=True)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)
