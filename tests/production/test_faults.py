"""A short run of `benchmarks/faults.py`: parts are killed under load, and nothing confirmed is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        shutil.which("nginx") is None and not os.environ.get("CI"), reason="no nginx: `apt-get install nginx`"
    ),
]


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
def test_kills_under_load_lose_and_double_nothing(database: str, tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    done = subprocess.run(
        [
            sys.executable,
            "benchmarks/faults.py",
            "--rounds",
            "5",
            "--database",
            database,
            "--json",
            str(found),
        ],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    run = json.loads(found.read_text())
    for row in run["rounds"]:
        assert {row[name] for name in ("lost", "doubled", "altered")} == {0}, row
    assert sum(row["confirmed"] for row in run["rounds"]) > 0
    assert run["broken links"] == 0
    if database == "postgresql":
        assert run["renders"]["finished"] >= run["renders"]["asked for"] > 0
        assert run["renders"]["other bytes"] == run["renders"]["frames rendered again"] == 0
