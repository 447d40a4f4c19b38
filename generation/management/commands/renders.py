"""`manage.py renders`: the queue of renders in the terminal, one line each."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.selectors.queue import AtWork, Queue, Waiting, render_queue
from generation.templatetags.renders import duration

EVERY_S = 3.0


class Command(BaseCommand):
    help = (
        "Say what waits in which order, who renders what, and when it is done. Ends with an error when a "
        "render has failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="say it again until nothing is under way")

    def handle(self, *, watch: bool, **options: Any) -> None:
        while True:
            queue = render_queue()
            self.stdout.write("\n".join(lines(queue)))
            if not watch or not queue.under_way:
                break
            time.sleep(EVERY_S)
            self.stdout.write("")
        if queue.failed:
            raise CommandError(
                f"{len(queue.failed)} failed: see above, mend it, and retry on the video's page."
            )


def lines(queue: Queue) -> Iterator[str]:
    """The queue as lines of text: what needs somebody first."""
    for video in queue.failed:
        yield f"failed   {video.short_id}  {video}: {video.render_job.error}"
    for worker in queue.at_work:
        yield f"at work  {worker.chunk.lease_owner}: {_work(worker)}"
    if queue.nobody_works:
        yield "No worker renders: start `manage.py render_worker`, or look at those that should run."
    for entry in queue.waiting:
        yield f"waits    {entry.video.short_id}  {entry.video}: {_progress(entry)}"
    for video in queue.paused:
        yield f"paused   {video.short_id}  {video}"
    if not queue.under_way:
        yield "Nothing is under way."


def _work(worker: AtWork) -> str:
    chunk = worker.chunk
    said = f"video {chunk.job.video.short_id}, frames {chunk.first_frame} to {chunk.last_frame}"
    if worker.silent:
        return f"{said}, silent: another worker takes this over"
    if worker.stuck_for:
        return f"{said}, no progress for {duration(worker.stuck_for.total_seconds())}"
    return said


def _progress(entry: Waiting) -> str:
    video, in_s = entry.video, entry.done_in_s
    done = f"{video.n_ready} of {video.n_frames} frames"  # type: ignore[attr-defined]
    pace = "" if entry.pace_s is None else f", {entry.pace_s:.2f} s a frame"
    return f"{done}{pace}, done in " + ("unknown time" if in_s is None else f"about {duration(in_s)}")
