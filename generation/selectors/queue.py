"""The queue of renders as an engineer wants to see it: in which order, by whom, how fast, done when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from generation.models import RenderChunk, RenderJob, Video
from generation.selectors.videos import videos_with_progress

State = RenderChunk.State
# A worker that beats but evaluates nothing for so long hangs, or renders on far too slow a device.
STUCK_AFTER = timedelta(minutes=5)
MEASURED_CHUNKS = 200
RECENT = timedelta(minutes=10)
SHOWN_ENDED = 50
# What decides how long a frame takes; videos that agree in it are measured together.
PACE_KEYS = ("checkpoint_sha256", "steps", "super_resolution_steps", "precision", "guidance")


@dataclass(frozen=True)
class AtWork:
    """A worker and the chunk that it has leased."""

    chunk: RenderChunk
    silent: bool
    stuck_for: timedelta | None


@dataclass(frozen=True)
class Waiting:
    """A video that is to be rendered: seconds a frame and until it is done, both None where not known yet."""

    video: Video
    pace_s: float | None
    done_in_s: float | None


@dataclass(frozen=True)
class Queue:
    """Everything that the renders' page shows."""

    waiting: list[Waiting]
    at_work: list[AtWork]
    paused: list[Video]
    failed: list[Video]
    ended: list[Video]
    recent_frames: int

    @property
    def under_way(self) -> bool:
        return bool(self.waiting)

    @property
    def nobody_works(self) -> bool:
        return bool(self.waiting) and all(worker.silent for worker in self.at_work)

    @property
    def frames_left(self) -> int:
        return sum(entry.video.n_frames - entry.video.n_ready for entry in self.waiting)  # type: ignore[attr-defined]

    @property
    def done_in_s(self) -> float | None:
        return self.waiting[-1].done_in_s if self.waiting else None


def render_queue() -> Queue:
    """The queue as it is now; the number of queries does not grow with it."""
    now = timezone.now()
    by_state = _videos()
    open_videos = by_state["queued"] + by_state["running"]
    open_videos.sort(key=lambda video: (video.render_job.priority, video.created_at, str(video.pk)))
    chunks = list(
        RenderChunk.objects.filter(job__state__in=("queued", "running"))
        .exclude(state=State.DONE)
        .select_related("job__video")
        .order_by("claimed_at")
    )
    at_work = [_at_work(chunk, now) for chunk in chunks if chunk.state == State.LEASED]
    paces = measured_paces()
    work = _work_left(chunks, paces, now)
    n_workers = len({worker.chunk.lease_owner for worker in at_work if not worker.silent})
    ends = done_in([work.get(video.render_job.pk) for video in open_videos], n_workers)
    return Queue(
        waiting=[
            Waiting(video, paces.get(pace_key(video.spec)), seconds)
            for video, seconds in zip(open_videos, ends, strict=True)
        ],
        at_work=at_work,
        paused=by_state["paused"],
        failed=by_state["failed"],
        ended=(by_state["done"] + by_state["cancelled"])[:SHOWN_ENDED],
        recent_frames=_recent_frames(now),
    )


def measured_paces() -> dict[tuple[Any, ...], float]:
    """Seconds a frame of one worker, the median over the last chunks, by what decides them."""
    done = RenderChunk.objects.filter(state=State.DONE, seconds__isnull=False).order_by("-finished_at")
    measured = defaultdict(list)
    rows = done.values_list("job__video__spec", "seconds", F("last_frame") - F("first_frame") + 1)
    for spec, seconds, n_frames in rows[:MEASURED_CHUNKS]:
        measured[pace_key(spec)].append(seconds / n_frames)
    return {key: median(values) for key, values in measured.items()}


def pace_key(spec: Mapping[str, Any]) -> tuple[Any, ...]:
    """What of a spec decides how long a frame takes."""
    return tuple(spec.get(name) for name in PACE_KEYS)


def done_in(work_s: Sequence[float | None], n_workers: int) -> list[float | None]:
    """Seconds until each job is done when workers take them in order; None from the first unknown one on.

    ``work_s``: what is left of each job for one worker.

    >>> done_in([60, 120, None, 60], 2)
    [30.0, 90.0, None, None]
    >>> done_in([60], 0)
    [None]
    """
    ends: list[float | None] = []
    total: float | None = 0.0
    for work in work_s:
        total = None if total is None or work is None or not n_workers else total + work
        ends.append(None if total is None else total / n_workers)
    return ends


def _videos() -> dict[str, list[Video]]:
    """Videos with a job by its state; of the many that have ended only the latest."""
    ending = ("done", "cancelled")
    known = videos_with_progress().filter(render_job__isnull=False)
    latest: QuerySet[Video] = known.filter(render_job__state__in=ending).order_by("-render_job__finished_at")
    found: dict[str, list[Video]] = {state: [] for state in RenderJob.State.values}
    for video in [*known.exclude(render_job__state__in=ending), *latest[:SHOWN_ENDED]]:
        found[video.render_job.state].append(video)
    return found


def _at_work(chunk: RenderChunk, now: datetime) -> AtWork:
    still = now - (chunk.progressed_at or now)
    return AtWork(
        chunk=chunk,
        silent=chunk.lease_expires_at is None or chunk.lease_expires_at < now,
        stuck_for=still if still > STUCK_AFTER else None,
    )


def _work_left(
    chunks: Sequence[RenderChunk], paces: Mapping[tuple[Any, ...], float], now: datetime
) -> dict[int, float | None]:
    """Seconds of one worker that each job still needs, less what a chunk under way has had already."""
    left: dict[int, float | None] = {}
    for chunk in chunks:
        pace, before = paces.get(pace_key(chunk.job.video.spec)), left.get(chunk.job_id, 0.0)
        if pace is None or before is None:
            left[chunk.job_id] = None
            continue
        passed = 0.0
        if chunk.state == State.LEASED and chunk.claimed_at:
            passed = (now - chunk.claimed_at).total_seconds()
        n_frames = chunk.last_frame - chunk.first_frame + 1
        left[chunk.job_id] = before + max(0.0, pace * n_frames - passed)
    return left


def _recent_frames(now: datetime) -> int:
    recent = RenderChunk.objects.filter(state=State.DONE, finished_at__gte=now - RECENT)
    return sum(recent.values_list(F("last_frame") - F("first_frame") + 1, flat=True))
