"""Tell Celery's workers, where there are any, that chunks wait; `render_worker` looks by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from generation.models import RenderChunk, RenderJob

TASK = "generation.render"


def announce(job: RenderJob) -> None:
    """Send one message for each chunk of ``job`` that waits, once the transaction is committed.

    A broker that cannot be reached is logged and changes nothing: each Celery worker that starts asks for
    everything that waits.
    """
    if settings.CELERY_BROKER_URL:
        n = job.chunks.filter(state=RenderChunk.State.QUEUED).count()

        def send() -> None:
            _send(n)

        transaction.on_commit(send, robust=True)


def announce_all() -> None:
    """Send one message for each unfinished chunk of every job that is queued or running."""
    unfinished = RenderChunk.objects.exclude(state=RenderChunk.State.DONE)
    _send(unfinished.filter(job__state__in=("queued", "running")).count())


def _send(n: int) -> None:
    from celery import current_app

    for _ in range(n):
        current_app.send_task(TASK)
