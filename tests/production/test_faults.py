"""A short run of `benchmarks/faults.py`: parts are killed under load, and nothing confirmed is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        shutil.which("nginx") is None and not os.environ.get("CI"), reason="no nginx: `apt-get install nginx`"
    ),
]


ASKED = ("--rounds", "3", "--readers", "4")


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
def test_kills_under_load_lose_and_double_nothing(database: str) -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/faults.py", *ASKED, "--database", database, "--json"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for row in json.loads(done.stdout):
        assert row["confirmed"] > 0, row
        assert {row[name] for name in ("lost", "doubled", "altered", "broken links")} == {0}, row
