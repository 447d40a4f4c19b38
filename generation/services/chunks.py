"""Leases on render chunks. Every write is conditional on the attempt's number, so it works the same on
SQLite and PostgreSQL, and a worker that lost its lease cannot change anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from generation.models import RenderChunk, RenderJob

LEASE = timedelta(seconds=60)
MOST_FAILURES = 3
OPEN = (RenderJob.State.QUEUED, RenderJob.State.RUNNING)


def claim(*, owner: str, lease: timedelta = LEASE, video_id: Any = None) -> RenderChunk | None:
    """Lease the first chunk that waits or whose worker stopped extending its lease; None when there is none.

    Several workers may call at once: each chunk goes to one of them.
    """
    while True:
        now = timezone.now()
        free = Q(state=RenderChunk.State.QUEUED) | Q(state=RenderChunk.State.LEASED, lease_expires_at__lt=now)
        chunks = RenderChunk.objects.filter(free, job__state__in=OPEN)
        if video_id is not None:
            chunks = chunks.filter(job__video_id=video_id)
        found = chunks.order_by("job__priority", "job__created_at", "job_id", "index").first()
        if found is None:
            return None
        with transaction.atomic():
            # Between reading and writing another worker may have been faster; the number tells.
            claimed = RenderChunk.objects.filter(free, pk=found.pk, attempt=found.attempt).update(
                state=RenderChunk.State.LEASED,
                lease_owner=owner,
                lease_expires_at=now + lease,
                attempt=F("attempt") + 1,
            )
            if claimed:
                RenderJob.objects.filter(pk=found.job_id, state=RenderJob.State.QUEUED).update(
                    state=RenderJob.State.RUNNING, started_at=now
                )
        if claimed:
            return RenderChunk.objects.select_related("job__video__trained_model").get(pk=found.pk)


def extend(*, chunk: RenderChunk, lease: timedelta = LEASE) -> bool:
    """Keep the lease; False when it was lost to another worker or the job was cancelled."""
    held = _held(chunk).filter(job__state__in=OPEN)
    return bool(held.update(lease_expires_at=timezone.now() + lease))


def release(*, chunk: RenderChunk) -> bool:
    """Give the chunk back unrendered, for any worker to take at once."""
    return bool(_held(chunk).update(state=RenderChunk.State.QUEUED, lease_owner="", lease_expires_at=None))


def finish(*, chunk: RenderChunk, device: str, complete: Callable[[RenderJob], None]) -> bool:
    """Record that the chunk's frames are on disk; ``complete`` is called with the job after its last chunk.

    False, and nothing is recorded, when the lease was lost. The job is locked, so that of two workers that
    finish the last two chunks at once exactly one completes it.
    """
    with transaction.atomic():
        job = RenderJob.objects.select_for_update().select_related("video").get(pk=chunk.job_id)
        now = timezone.now()
        recorded = _held(chunk).update(
            state=RenderChunk.State.DONE,
            lease_owner="",
            lease_expires_at=None,
            device=device,
            finished_at=now,
        )
        if not recorded:
            return False
        if not job.chunks.exclude(state=RenderChunk.State.DONE).exists():
            complete(job)
            job.state, job.finished_at, job.error = RenderJob.State.DONE, now, ""
            job.full_clean()
            job.save()
    return True


def fail(*, chunk: RenderChunk, reason: str) -> None:
    """Queue the chunk once more, or after ``MOST_FAILURES`` errors give up the job with the reason."""
    with transaction.atomic():
        job = RenderJob.objects.select_for_update().get(pk=chunk.job_id)
        given_up = chunk.failures + 1 >= MOST_FAILURES
        recorded = _held(chunk).update(
            state=RenderChunk.State.FAILED if given_up else RenderChunk.State.QUEUED,
            failures=F("failures") + 1,
            lease_owner="",
            lease_expires_at=None,
        )
        if recorded and given_up and job.state in OPEN:
            job.state, job.error, job.finished_at = RenderJob.State.FAILED, reason, timezone.now()
            job.full_clean()
            job.save()


def _held(chunk: RenderChunk) -> Any:
    """The chunk as long as this attempt still holds it."""
    return RenderChunk.objects.filter(pk=chunk.pk, attempt=chunk.attempt, state=RenderChunk.State.LEASED)
