"""Leases: who may render a chunk, and what a worker that lost it can still do (nothing)."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from generation.models import RenderJob
from generation.services import chunks
from generation.services.jobs import cancel_job, pause_job, retry_job, set_priority


def complete_nothing(job):
    """Stands for what follows the last chunk; these tests render no frames."""


def test_each_chunk_goes_to_one_worker_in_order_of_priority(request_tiny):
    late, urgent = request_tiny(seed=1), request_tiny(seed=2)
    set_priority(job=urgent.render_job, priority=1)
    claimed = [chunks.claim(owner=name) for name in "abcde"]
    assert claimed[4] is None
    assert [(chunk.job.video, chunk.index) for chunk in claimed[:4]] == [
        (urgent, 0),
        (urgent, 1),
        (late, 0),
        (late, 1),
    ]
    assert set(RenderJob.objects.values_list("state", flat=True)) == {"running"}


def test_a_silent_worker_loses_its_chunk_and_can_change_nothing(request_tiny):
    request_tiny(n_frames=12)
    with time_machine.travel("2026-01-01T12:00:00Z", tick=False) as clock:
        first = chunks.claim(owner="first")
        clock.shift(timedelta(seconds=50))
        assert chunks.extend(chunk=first)
        clock.shift(timedelta(seconds=50))
        assert chunks.claim(owner="second") is None
        clock.shift(timedelta(seconds=11))
        second = chunks.claim(owner="second")
    assert second == first
    assert second.attempt == first.attempt + 1
    assert not chunks.extend(chunk=first)
    assert not chunks.release(chunk=first)
    assert not chunks.finish(chunk=first, device="x", complete=complete_nothing)
    chunks.fail(chunk=first, reason="too late")
    second.refresh_from_db()
    assert (second.state, second.lease_owner, second.failures) == ("leased", "second", 0)
    assert chunks.finish(chunk=second, device="x", complete=complete_nothing)
    assert not chunks.finish(chunk=second, device="x", complete=complete_nothing)


def test_the_last_chunk_completes_the_job_once(request_tiny):
    job = request_tiny().render_job
    completed = []
    pair = [chunks.claim(owner="a"), chunks.claim(owner="b")]
    for chunk in reversed(pair):
        assert chunks.finish(chunk=chunk, device="x", complete=completed.append)
    assert completed == [job]
    job.refresh_from_db()
    assert job.state == "done"
    assert job.finished_at >= job.started_at


def test_three_errors_end_a_job_with_the_reason_and_it_can_be_retried(request_tiny):
    job = request_tiny(n_frames=12).render_job
    for failures in (1, 2, 3):
        chunk = chunks.claim(owner="a")
        chunks.fail(chunk=chunk, reason="out of memory")
        chunk.refresh_from_db()
        assert chunk.failures == failures
    job.refresh_from_db()
    assert (job.state, job.error, chunk.state) == ("failed", "out of memory", "failed")
    assert chunks.claim(owner="a") is None
    retry_job(job=job, reason="more memory")
    assert chunks.claim(owner="a").failures == 0


def test_a_cancelled_job_is_left_alone(request_tiny):
    job = request_tiny().render_job
    held = chunks.claim(owner="a")
    cancel_job(job=job)
    assert not chunks.extend(chunk=held)
    assert chunks.claim(owner="b") is None


def test_a_finished_chunk_of_a_cancelled_job_is_not_recorded(request_tiny):
    job = request_tiny(n_frames=12).render_job
    held = chunks.claim(owner="a")
    cancel_job(job=job)
    assert not chunks.finish(chunk=held, device="x", complete=complete_nothing)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_chunk_under_way_is_finished_although_its_job_was_paused(request_tiny):
    job = request_tiny(n_frames=12).render_job
    held = chunks.claim(owner="a")
    pause_job(job=job)
    assert not chunks.extend(chunk=held)
    assert chunks.claim(owner="b") is None
    assert chunks.finish(chunk=held, device="x", complete=complete_nothing)
    job.refresh_from_db()
    assert job.state == "done"


def test_a_chunk_whose_workers_all_fall_silent_is_given_up(request_tiny):
    job = request_tiny(n_frames=12).render_job
    with time_machine.travel("2026-01-01T12:00:00Z", tick=False) as clock:
        for _ in range(chunks.MOST_LOSSES):
            assert chunks.claim(owner="doomed")
            clock.shift(timedelta(seconds=61))
        assert chunks.claim(owner="doomed") is None
    job.refresh_from_db()
    assert job.state == "failed"
    assert "20 workers in turn fell silent while they rendered frames 0 to 11" in job.error
    retry_job(job=job, reason="more memory")
    assert chunks.claim(owner="a").losses == 0


def test_a_beat_tells_a_worker_that_moves_from_one_that_hangs(request_tiny):
    request_tiny(n_frames=12)
    with time_machine.travel("2026-01-01T12:00:00Z", tick=False) as clock:
        held = chunks.claim(owner="a")
        clock.shift(timedelta(seconds=20))
        assert chunks.extend(chunk=held, progressed=True)
        clock.shift(timedelta(seconds=20))
        assert chunks.extend(chunk=held, progressed=False)
    held.refresh_from_db()
    assert (held.progressed_at - held.claimed_at).total_seconds() == 20
    assert (held.lease_expires_at - held.claimed_at).total_seconds() == 100


def test_a_chunk_that_is_given_back_is_free_at_once(request_tiny):
    request_tiny(n_frames=12)
    held = chunks.claim(owner="a")
    assert chunks.release(chunk=held)
    assert chunks.claim(owner="b").pk == held.pk


def test_only_one_video_is_claimed_from_when_asked(request_tiny):
    first, second = request_tiny(seed=1), request_tiny(seed=2)
    set_priority(job=first.render_job, priority=1)
    assert chunks.claim(owner="a", video_id=second.pk).job.video == second
