"""A production server for the tests of this folder, brought up once for each file."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.production.stack import POSTGRESQL, Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """PostgreSQL, gunicorn and nginx; not below pytest's own folder, which PostgreSQL may not enter."""
    if not (shutil.which("nginx") and (POSTGRESQL / "initdb").exists()) and not os.environ.get("CI"):
        pytest.skip("nginx or PostgreSQL is missing: `apt-get install nginx postgresql`")
    folder = Path(tempfile.mkdtemp(prefix="counterpart-production-"))
    made = Stack(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)
