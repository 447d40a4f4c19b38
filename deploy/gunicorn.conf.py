"""The web processes: `gunicorn -c deploy/gunicorn.conf.py counterpart.wsgi` from the product's folder."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterpart.settings")

from counterpart.settings import DATA_ROOT, LOGGING, env  # wrong ones end the master, not each worker

# Each process counts in a file of its own, here; those of a former run are gone.
counts = DATA_ROOT / "metrics"
shutil.rmtree(counts, ignore_errors=True)
counts.mkdir()
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counts)

bind = env.bind
workers = env.web_processes
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 30
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (a heartbeat, in memory)
max_requests, max_requests_jitter = 10_000, 1_000
accesslog = None  # the product writes a line of its own for each request, without its address
own = {"level": "INFO", "handlers": ["console"], "propagate": False}  # in place of gunicorn's handlers
logconfig_dict = LOGGING | {"loggers": LOGGING["loggers"] | {"gunicorn.error": own}}


def child_exit(server: Any, worker: Any) -> None:
    """Add the counts of a process that has ended to the others'."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
