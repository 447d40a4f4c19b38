"""The Celery task: render one chunk, the same way as the embedded worker does. Loaded by Celery alone."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from generation.services import chunks
from generation.services.announce import TASK
from generation.tasks.worker import Worker

logger = logging.getLogger(__name__)

SOON_S = 1.0


@shared_task(bind=True, name=TASK, max_retries=None)
def render(task: Any) -> None:
    """Render the most urgent chunk that waits. The message comes again as long as any chunk may need it."""
    try:
        worker().render_next()
        seconds = _until_needed()
    except DatabaseError:
        logger.warning("The database is away; the chunk is taken up again when it is back")
        seconds = SOON_S
    if seconds is not None:
        raise task.retry(countdown=seconds)


@cache
def worker() -> Worker:
    """The worker of this process, which keeps its model in memory from one task to the next."""
    return Worker(device=settings.RENDER_DEVICE, name="celery ")


def _until_needed() -> float | None:
    """Seconds until a chunk waits, or a silent worker's could be taken over; None when all are done."""
    if chunks.n_free():
        return SOON_S
    free_at = chunks.next_free_at()
    return None if free_at is None else max(SOON_S, (free_at - timezone.now()).total_seconds())
