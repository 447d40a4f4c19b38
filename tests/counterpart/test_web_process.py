"""A web process stays light: the heavy libraries are for workers and commands."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings

HEAVY = ("torch", "pydicom", "gdcm", "pandas", "scipy", "statsmodels", "plotly", "matplotlib")

PROBE = f"""
import sys
import counterpart.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def test_a_starting_web_process_imports_no_heavy_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
