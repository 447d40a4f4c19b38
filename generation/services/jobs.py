"""What people do with a render job: first or later, pause, resume, cancel, retry. Each leaves an event."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import RenderChunk, RenderEvent, RenderJob
from generation.services.announce import announce

State, Act = RenderJob.State, RenderEvent.Act
OPEN = (State.QUEUED, State.RUNNING)
UNFINISHED = (*OPEN, State.PAUSED)


def set_priority(*, job: RenderJob, priority: int, by: User | None = None) -> RenderJob:
    """Render ``job`` before all jobs with higher numbers; a chunk that is under way is finished first."""
    with transaction.atomic():
        job = _locked(job)
        before, job.priority = job.priority, priority
        _save(job)
        if before != priority:
            _record(job, Act.PRIORITY, by, f"{before} → {priority}")
    return job


def pause_job(*, job: RenderJob, by: User | None = None) -> RenderJob:
    """Render nothing more for now; a chunk under way is given back at its worker's next heartbeat.

    Raises ValidationError unless the job waits or runs.
    """
    return _change(job, OPEN, State.PAUSED, Act.PAUSED, by)


def resume_job(*, job: RenderJob, by: User | None = None) -> RenderJob:
    """Put a paused job back into the queue, at its old place. Raises ValidationError for others."""
    with transaction.atomic():
        job = _change(job, (State.PAUSED,), State.QUEUED, Act.RESUMED, by)
        announce(job)
    return job


def cancel_job(*, job: RenderJob, by: User | None = None, reason: str = "") -> RenderJob:
    """Render no further chunk; finished frames stay. Raises ValidationError when the job has ended."""
    return _change(job, UNFINISHED, State.CANCELLED, Act.CANCELLED, by, reason)


def retry_job(*, job: RenderJob, reason: str, by: User | None = None) -> RenderJob:
    """Queue a failed or cancelled job again; finished chunks are not rendered again.

    ``reason`` says what was mended, or why it is wanted after all. Raises ValidationError without one.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the render is tried again: what was mended, or what changed."))
    with transaction.atomic():
        job = _change(job, (State.FAILED, State.CANCELLED), State.QUEUED, Act.RETRIED, by, reason.strip())
        job.chunks.filter(state=RenderChunk.State.FAILED).update(state=RenderChunk.State.QUEUED)
        unfinished = job.chunks.exclude(state=RenderChunk.State.DONE)
        unfinished.update(failures=0, losses=0, error="")
        announce(job)
    return job


def give_up(*, job: RenderJob, reason: str) -> None:
    """End an unfinished job, which the caller has locked, with the reason why it cannot be rendered."""
    if job.state in UNFINISHED:
        job.state, job.error, job.finished_at = State.FAILED, reason, timezone.now()
        _save(job)
        _record(job, Act.FAILED, None, reason)


def _change(
    job: RenderJob, from_states: Sequence[str], to: str, act: str, by: User | None, reason: str = ""
) -> RenderJob:
    with transaction.atomic():
        job = _locked(job)
        if job.state not in from_states:
            raise ValidationError(
                _("The render of %(video)s is now “%(state)s”: this cannot be done with it.")
                % {"video": job.video, "state": job.get_state_display()}
            )
        job.state, job.error = to, ""
        job.finished_at = timezone.now() if to == State.CANCELLED else None
        _save(job)
        _record(job, act, by, reason)
    return job


def _locked(job: RenderJob) -> RenderJob:
    return RenderJob.objects.select_for_update().get(pk=job.pk)


def _save(job: RenderJob) -> None:
    job.full_clean()
    job.save()


def _record(job: RenderJob, act: str, by: User | None, reason: str) -> None:
    event = RenderEvent(job=job, act=act, by=by, reason=reason)
    event.full_clean()
    event.save()
