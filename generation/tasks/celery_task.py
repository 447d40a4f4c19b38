"""The Celery task: render one chunk, the same way as the embedded worker does. Loaded by Celery alone."""

from __future__ import annotations

from functools import cache
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from generation.models import RenderChunk
from generation.services import chunks
from generation.services.announce import TASK
from generation.services.jobs import OPEN
from generation.tasks.worker import Worker

SOON_S = 1.0


@shared_task(bind=True, name=TASK, max_retries=None)
def render(task: Any) -> None:
    """Render the most urgent chunk that waits. The message comes again as long as a chunk may need it."""
    chunk = worker().render_next()
    seconds = _wait() if chunk is None else _unless_done(chunk)
    if seconds is not None:
        raise task.retry(countdown=seconds)


@cache
def worker() -> Worker:
    """The worker of this process, which keeps its model in memory from one task to the next."""
    return Worker(device=settings.RENDER_DEVICE, name="celery ")


def _wait() -> float | None:
    """Seconds until a silent worker's chunk could be taken over; None when nobody holds one."""
    free_at = chunks.next_free_at()
    return None if free_at is None else max(SOON_S, (free_at - timezone.now()).total_seconds())


def _unless_done(chunk: RenderChunk) -> float | None:
    """Whether this chunk is to be tried again: it failed, or was given back, and its job is still open."""
    again = RenderChunk.objects.filter(pk=chunk.pk, state=RenderChunk.State.QUEUED, job__state__in=OPEN)
    return SOON_S if again.exists() else None
