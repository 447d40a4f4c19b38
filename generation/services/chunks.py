"""Leases on render chunks. Every write is conditional on the attempt's number, so it works the same on
SQLite and PostgreSQL, and a worker that lost its lease cannot change anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from generation.models import RenderChunk, RenderJob
from generation.services.jobs import OPEN, UNFINISHED, give_up

LEASE = timedelta(seconds=60)
MOST_FAILURES = 3
# A chunk that kills its worker each time must not do so for ever; switched-off machines are no fault of it.
MOST_LOSSES = 20
NO_LEASE: dict[str, Any] = {"lease_owner": "", "lease_expires_at": None}
State = RenderChunk.State


def claim(*, owner: str, lease: timedelta = LEASE, video_id: Any = None) -> RenderChunk | None:
    """Lease the first chunk that waits or whose worker stopped extending its lease; None when there is none.

    Several workers may call at once: each chunk goes to one of them.
    """
    while True:
        now = timezone.now()
        chunks = _free(now).filter(job__state__in=OPEN)
        if video_id is not None:
            chunks = chunks.filter(job__video_id=video_id)
        found = chunks.order_by("job__priority", "job__created_at", "job_id", "index").first()
        if found is None:
            return None
        lost = found.state == State.LEASED
        if lost and found.losses + 1 >= MOST_LOSSES:
            _give_up_lost(found)
        elif _claimed(found, owner, now, now + lease, lost):
            return RenderChunk.objects.select_related("job__video__trained_model").get(pk=found.pk)


def _free(now: datetime) -> QuerySet[RenderChunk]:
    return RenderChunk.objects.filter(Q(state=State.QUEUED) | Q(state=State.LEASED, lease_expires_at__lt=now))


def _claimed(found: RenderChunk, owner: str, now: Any, until: Any, lost: bool) -> bool:
    with transaction.atomic():
        # Between reading and writing another worker may have been faster; the number tells.
        same = _free(now).filter(pk=found.pk, attempt=found.attempt, state=found.state)
        claimed = same.update(
            state=State.LEASED,
            lease_owner=owner,
            lease_expires_at=until,
            claimed_at=now,
            progressed_at=now,
            attempt=F("attempt") + 1,
            losses=F("losses") + int(lost),
        )
        if claimed:
            RenderJob.objects.filter(pk=found.job_id, state=RenderJob.State.QUEUED).update(
                state=RenderJob.State.RUNNING, started_at=Coalesce("started_at", now)
            )
    return bool(claimed)


def _give_up_lost(found: RenderChunk) -> None:
    reason = (
        f"{MOST_LOSSES} workers in turn fell silent while they rendered frames {found.first_frame} to "
        f"{found.last_frame}. Perhaps the system ended them for want of memory: see its log, then retry."
    )
    with transaction.atomic():
        job = RenderJob.objects.select_for_update().get(pk=found.job_id)
        expired = _held(found).filter(lease_expires_at__lt=timezone.now())
        if expired.update(state=State.FAILED, losses=F("losses") + 1, error=reason, **NO_LEASE):
            give_up(job=job, reason=reason)


def extend(*, chunk: RenderChunk, lease: timedelta = LEASE, progressed: bool = True) -> bool:
    """Keep the lease; False when it was lost to another worker, or the job was paused or cancelled.

    ``progressed``: the network was evaluated since the last call.
    """
    now = timezone.now()
    held = _held(chunk).filter(job__state__in=OPEN)
    moved = {"progressed_at": now} if progressed else {}
    return bool(held.update(lease_expires_at=now + lease, **moved))


def release(*, chunk: RenderChunk) -> bool:
    """Give the chunk back unrendered, for any worker to take at once."""
    return bool(_held(chunk).update(state=State.QUEUED, **NO_LEASE))


def n_free() -> int:
    """How many chunks any worker could take now."""
    return _free(timezone.now()).filter(job__state__in=OPEN).count()


def next_free_at() -> datetime | None:
    """When the first lease on an open job's chunk runs out unless it is extended; None without leases."""
    held = RenderChunk.objects.filter(state=State.LEASED, job__state__in=OPEN)
    return held.aggregate(first=Min("lease_expires_at"))["first"]


def finish(
    *,
    chunk: RenderChunk,
    device: str,
    complete: Callable[[RenderJob], None],
    seconds: float | None = None,
    made: Sequence[dict[str, Any]] = (),
) -> bool:
    """Record that the chunk's frames are stored; ``complete`` is called with the job after its last chunk.

    ``made`` says of each frame how it was made, ``seconds`` how long they took. False, and nothing is
    recorded, when the lease was lost or the job was cancelled. The job is locked, so that of two workers
    that finish the last two chunks at once exactly one completes it.
    """
    with transaction.atomic():
        job = RenderJob.objects.select_for_update().select_related("video").get(pk=chunk.job_id)
        if job.state == RenderJob.State.CANCELLED:
            return False
        now = timezone.now()
        recorded = _held(chunk).update(
            state=State.DONE,
            device=device,
            seconds=seconds,
            made=list(made),
            error="",
            finished_at=now,
            **NO_LEASE,
        )
        if not recorded:
            return False
        if job.state in UNFINISHED and not job.chunks.exclude(state=State.DONE).exists():
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
            state=State.FAILED if given_up else State.QUEUED,
            failures=F("failures") + 1,
            error=reason,
            **NO_LEASE,
        )
        if recorded and given_up:
            give_up(job=job, reason=reason)


def _held(chunk: RenderChunk) -> Any:
    """The chunk as long as this attempt still holds it."""
    return RenderChunk.objects.filter(pk=chunk.pk, attempt=chunk.attempt, state=State.LEASED)
