"""The life of a job: what may be done with it in which state, what stays of it, what the database refuses."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from generation.models import RenderChunk, RenderEvent, RenderJob
from generation.services import chunks
from generation.services.jobs import cancel_job, pause_job, resume_job, retry_job, set_priority

PAST = timezone.now()
ACTS = {
    "pause": pause_job,
    "resume": resume_job,
    "cancel": cancel_job,
    "retry": lambda job: retry_job(job=job, reason="wanted after all"),
}
ENDS = {
    "queued": {},
    "running": {"started_at": PAST},
    "paused": {},
    "done": {"finished_at": PAST},
    "failed": {"finished_at": PAST, "error": "broken"},
    "cancelled": {"finished_at": PAST},
}
ALLOWED = {
    ("queued", "pause"): "paused",
    ("running", "pause"): "paused",
    ("paused", "resume"): "queued",
    ("queued", "cancel"): "cancelled",
    ("running", "cancel"): "cancelled",
    ("paused", "cancel"): "cancelled",
    ("failed", "retry"): "queued",
    ("cancelled", "retry"): "queued",
}


@pytest.mark.parametrize("state", ENDS)
@pytest.mark.parametrize("act", ACTS)
def test_what_may_be_done_in_which_state(request_tiny, state, act):
    job = request_tiny().render_job
    RenderJob.objects.update(state=state, **ENDS[state])
    wanted = ALLOWED.get((state, act))
    if wanted is None:
        with pytest.raises(ValidationError, match="cannot be done with it"):
            ACTS[act](job=job)
        assert not job.events.exists()
    else:
        assert ACTS[act](job=job).state == wanted
        assert job.events.count() == 1
    job.refresh_from_db()
    assert job.state == (wanted or state)


def test_every_act_is_kept_with_who_and_why(request_tiny):
    engineer = User.objects.create_user("engineer")
    job = request_tiny(n_frames=12).render_job
    set_priority(job=job, priority=5, by=engineer)
    set_priority(job=job, priority=5, by=engineer)  # no change, no event
    pause_job(job=job, by=engineer)
    resume_job(job=job, by=engineer)
    for _ in range(3):
        chunks.fail(chunk=chunks.claim(owner="a"), reason="the disk is full")
    with pytest.raises(ValidationError, match="Say why"):
        retry_job(job=job, by=engineer, reason=" ")
    retry_job(job=job, by=engineer, reason="freed the disk")
    cancel_job(job=job, reason="no longer wanted")
    assert list(job.events.values_list("act", "reason", "by__username")) == [
        ("priority", "100 → 5", "engineer"),
        ("paused", "", "engineer"),
        ("resumed", "", "engineer"),
        ("failed", "the disk is full", None),
        ("retried", "freed the disk", "engineer"),
        ("cancelled", "no longer wanted", None),
    ]


def test_a_job_keeps_the_time_of_its_first_start(request_tiny):
    job = request_tiny().render_job
    chunks.claim(owner="a")
    job.refresh_from_db()
    first = job.started_at
    pause_job(job=job)
    resume_job(job=job)
    chunks.claim(owner="a")
    job.refresh_from_db()
    assert (job.state, job.started_at) == ("running", first)


REFUSED = {
    "an unknown state": ("renderjob", "state = 'lost'"),
    "running since never": ("renderjob", "state = 'running', started_at = NULL"),
    "done at no time": ("renderjob", "state = 'done', finished_at = NULL"),
    "queued, and ended": ("renderjob", "finished_at = created_at"),
    "failed without an error": ("renderjob", "state = 'failed', error = '', finished_at = created_at"),
    "leased by nobody": ("renderchunk", "state = 'leased', lease_expires_at = NULL"),
    "queued with a lease": ("renderchunk", "lease_owner = 'a'"),
    "a chunk done at no time": ("renderchunk", "state = 'done'"),
    "a chunk failed without an error": ("renderchunk", "state = 'failed'"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(request_tiny, what):
    request_tiny()
    table, change = REFUSED[what]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE generation_{table} SET {change}")


def test_the_database_keeps_what_is_done_and_what_was_said(request_tiny):
    job = request_tiny(n_frames=12).render_job
    chunks.finish(chunk=chunks.claim(owner="a"), device="x", complete=lambda job: None)
    other = request_tiny(seed=2).render_job
    cancel_job(job=other)
    for change in (
        lambda: job.chunks.update(state=RenderChunk.State.QUEUED),
        lambda: job.chunks.update(device="y"),
        lambda: RenderJob.objects.filter(pk=job.pk).update(state="queued", finished_at=None),
        lambda: RenderJob.objects.filter(pk=other.pk).update(state="done"),
        lambda: RenderEvent.objects.update(reason="another"),
        lambda: RenderEvent.objects.filter(job=other).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
