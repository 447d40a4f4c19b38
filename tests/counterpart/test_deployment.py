"""Behind TLS, Django's own deployment check has nothing to say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

PRODUCTION = {
    "COUNTERPART_HTTPS": "true",
    "COUNTERPART_HOSTS": "reads.example.org",
    "COUNTERPART_URL": "https://reads.example.org",
}


def test_the_deployment_check_is_clean_behind_tls(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env=environment | PRODUCTION | {"COUNTERPART_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
