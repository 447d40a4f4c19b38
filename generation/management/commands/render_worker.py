"""Render what is asked for, until told to stop."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from generation.tasks.worker import Worker


class Command(BaseCommand):
    help = (
        "Claim render chunks one by one and render them. Any number of workers may run; a chunk whose worker "
        "dies is taken over when its lease has run out. SIGTERM and Ctrl-C give the chunk back and end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="render at most one chunk, then end")
        parser.add_argument("--drain", action="store_true", help="end when no chunk is free")
        parser.add_argument(
            "--lease", type=float, default=60, metavar="SECONDS", help="a silent worker loses its chunk"
        )
        parser.add_argument(
            "--pause", type=float, default=1, metavar="SECONDS", help="between looks at an empty queue"
        )
        parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
        parser.add_argument("--device", default="cpu", help="cpu or cuda")

    def handle(self, **options: Any) -> None:
        worker = Worker(
            lease=timedelta(seconds=options["lease"]), device=options["device"], threads=options["threads"]
        )
        stop_on_signals(worker)
        worker.make_bundles()  # those that an earlier worker was stopped before
        while not worker.stopping:
            chunk = worker.render_next()
            if options["once"] or (chunk is None and options["drain"]):
                break
            if chunk is None:
                pause(worker, options["pause"])


def stop_on_signals(worker: Worker) -> None:
    """SIGTERM and Ctrl-C give the chunk back and end the worker."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())


def pause(worker: Worker, seconds: float) -> None:
    """Sleep in short pieces, so that a signal ends the worker at once."""
    end = time.monotonic() + seconds
    while not worker.stopping and (left := end - time.monotonic()) > 0:
        time.sleep(min(0.1, left))
