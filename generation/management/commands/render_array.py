"""`manage.py render_array`: one task of a cluster's job array renders what waits, then ends."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from generation.management.commands.render_worker import stop_on_signals
from generation.services import chunks
from generation.tasks.worker import Worker

SOMETHING_WAITS = 75  # EX_TEMPFAIL of sysexits.h: submit again


class Command(BaseCommand):
    help = (
        "Render chunks until none waits: run it in each task of a job array (deploy/slurm/render.sbatch). "
        "Tasks share the queue with each other and with all other workers; none has frames of its own. Ends "
        "with 0 when nothing waits any more, with 75 when its time was over before. SIGTERM gives the chunk "
        "back and ends."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--minutes",
            type=float,
            default=float("inf"),
            help="begin no chunk after so long",
        )
        parser.add_argument(
            "--lease", type=float, default=60, metavar="SECONDS", help="a silent task loses its chunk"
        )
        parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
        parser.add_argument("--device", default=settings.RENDER_DEVICE, help="cpu or cuda")

    def handle(self, **options: Any) -> None:
        worker = Worker(
            lease=timedelta(seconds=options["lease"]),
            device=options["device"],
            threads=options["threads"],
            name=task_name(os.environ),
        )
        stop_on_signals(worker)
        end, n_rendered = time.monotonic() + 60 * options["minutes"], 0
        while not worker.stopping and time.monotonic() < end and worker.render_next():
            n_rendered += 1
        left = chunks.n_free()
        self.stdout.write(f"{worker.owner}: {n_rendered} chunks tried, {left} wait.")
        if left:
            sys.exit(SOMETHING_WAITS)


def task_name(environ: Mapping[str, str]) -> str:
    """How the renders' page calls a task of Slurm's: its job and its number; nothing elsewhere."""
    job, task = environ.get("SLURM_ARRAY_JOB_ID"), environ.get("SLURM_ARRAY_TASK_ID")
    return f"slurm {job}_{task} " if job and task else ""
