"""Workers as they really run: in a process of their own, on the test's database, killed and told to stop."""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from PIL import Image

from generation.counterfactual.rendering import Renderer
from generation.counterfactual.spec import VideoSpec
from generation.imaging.delta_bundle import decode
from generation.imaging.manifest import sha256_of
from generation.imaging.png import encode_grey
from generation.models import Video
from generation.selectors.videos import frame_entries, frames_ready
from generation.services.chunks import n_free
from generation.services.jobs import cancel_job, pause_job, resume_job, retry_job
from generation.tasks.worker import Worker
from tests.generation.rendering.processes import (
    SLOW,
    attempts,
    kill,
    render_worker,
    states,
    wait_for,
    written,
)
from tests.stored import bundle_path, frame_path, frames_folder

# Starting Python, Django and torch four times takes a busy machine long.
PATIENT = pytest.mark.timeout(240)


def test_a_video_is_rendered_to_its_manifest(request_tiny, tiny_model):
    video = request_tiny()
    worker = Worker()
    assert worker.render_next().index == 0
    assert frames_ready(video) == 12
    assert worker.render_next().index == 1
    assert worker.render_next() is None

    video.refresh_from_db()
    assert video.is_complete
    assert frames_ready(video) == 24
    frames = Renderer(tiny_model).frames(VideoSpec.from_dict(video.spec), 0, 23)
    for index, (entry, pixels) in enumerate(zip(video.manifest["frames"], frames, strict=True)):
        path = frame_path(video, index)
        assert np.array_equal(np.asarray(Image.open(path)), pixels)
        assert entry == {
            "index": index,
            "png_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "pixels_sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
            "origin": "rendered",
        }
    for order, shown in [("AB", frames), ("BA", frames[::-1])]:
        bundle = bundle_path(video, order).read_bytes()
        assert np.array_equal(np.stack(list(decode(bundle))), shown)
        assert len(bundle) <= video.bundle_bytes
    assert video.manifest_sha256 == sha256_of(video.manifest)
    assert frame_entries(video) == video.manifest["frames"]
    assert video.manifest["checkpoint_sha256"] == video.trained_model.weights_sha256
    assert "torch" in video.manifest["device"]


def test_bundles_that_an_earlier_worker_did_not_make_are_made(request_tiny, caplog):
    video, lost = request_tiny(n_frames=12), request_tiny(n_frames=12, seed=2)
    worker = Worker()
    worker.render_next()
    worker.render_next()
    Video.objects.update(bundle_bytes=None)
    bundle_path(video, "BA").unlink()
    frame_path(lost, 3).unlink()
    Worker().make_bundles()
    video.refresh_from_db()
    assert video.bundle_bytes == max(bundle_path(video, order).stat().st_size for order in ("AB", "BA"))
    assert "Could not make the bundle" in caplog.text
    lost.refresh_from_db()
    assert lost.bundle_bytes is None


def test_whole_frames_on_disk_are_kept(request_tiny, tiny_model):
    """A worker that died after writing some frames left them whole; they are not written again."""
    video = request_tiny(n_frames=12)
    frames = Renderer(tiny_model).frames(VideoSpec.from_dict(video.spec), 0, 11)
    frames_folder(video).mkdir(parents=True)
    for index in (0, 1, 5):
        (frames_folder(video) / f"{index:04}.png").write_bytes(encode_grey(frames[index]))
    before = written(frames_folder(video))
    Worker().render_next()
    after = written(frames_folder(video))
    assert before.items() <= after.items()
    assert frame_hashes_on_disk(video) == [hashlib.sha256(encode_grey(frame)).hexdigest() for frame in frames]


def test_weights_that_were_exchanged_are_not_rendered_from(request_tiny, tmp_path):
    video = request_tiny(n_frames=12)
    video.trained_model.folder = str(tmp_path / "gone")
    video.trained_model.save()
    worker = Worker()
    for _ in range(3):
        worker.render_next()
    job = video.render_job
    job.refresh_from_db()
    assert job.state == "failed"
    assert "is this a model folder" in job.error


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_render_stops_within_its_chunk(request_tiny):
    video = request_tiny(**SLOW)
    evaluations = 0

    def report():
        nonlocal evaluations
        evaluations += 1
        if evaluations == 5:
            cancel_job(job=video.render_job)
        time.sleep(0.01)

    worker = Worker(lease=timedelta(seconds=0.6))
    worker.render_next(report=report)
    assert 5 <= evaluations < 120
    assert not list(frames_folder(video).glob("*.png"))


@PATIENT
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_chunk_is_taken_over(request_tiny, tiny_model, tmp_path):
    video = request_tiny(**SLOW)
    with render_worker(tmp_path, "--lease", "2") as process:
        wait_for(lambda: states(video) == ["done", "leased"])
        kill(process)
    assert states(video) == ["done", "leased"]
    finished = written(frames_folder(video))
    assert sorted(finished) == [f"{index:04}.png" for index in range(12)]

    with render_worker(tmp_path, "--lease", "30"):
        wait_for(lambda: states(video) == ["done", "done"])
    assert finished.items() <= written(frames_folder(video)).items()
    assert list(attempts(video)) == [1, 2]
    video.refresh_from_db()
    frames = Renderer(tiny_model).frames(VideoSpec.from_dict(video.spec), 0, 23)
    expected = [hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames]
    assert [entry["pixels_sha256"] for entry in video.manifest["frames"]] == expected


@PATIENT
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_pause_kill_cancel_and_retry_at_any_moment_give_the_same_bytes(request_tiny, tiny_model, tmp_path):
    video = request_tiny(**SLOW, n_frames=36)
    job = video.render_job
    with render_worker(tmp_path, "--lease", "1.5") as process:
        wait_for(lambda: states(video)[0] == "done")
        finished = written(frames_folder(video))
        pause_job(job=job)
        wait_for(lambda: "leased" not in states(video))
        paused = states(video)
        time.sleep(1)
        assert states(video) == paused
        resume_job(job=job)
        wait_for(lambda: "leased" in states(video))
        kill(process)
    cancel_job(job=job)
    retry_job(job=job, reason="killed on purpose")
    with render_worker(tmp_path, "--drain", "--lease", "1.5") as process:
        wait_for(lambda: states(video) == ["done"] * 3)
        process.wait(timeout=30)
    assert finished.items() <= written(frames_folder(video)).items()
    video.refresh_from_db()
    frames = Renderer(tiny_model).frames(VideoSpec.from_dict(video.spec), 0, 35)
    assert [entry["pixels_sha256"] for entry in video.manifest["frames"]] == [
        hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames
    ]
    assert [event.act for event in job.events.all()] == ["paused", "resumed", "cancelled", "retried"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_hangs_loses_its_chunk(request_tiny):
    video = request_tiny(**SLOW)

    def hang():
        time.sleep(0.5)

    worker = Worker(lease=timedelta(seconds=0.3), patience=timedelta(seconds=0.2))
    worker.render_next(report=hang)
    assert states(video) == ["queued", "queued"]
    assert not list(frames_folder(video).glob("*.png"))


@pytest.mark.django_db(transaction=True)
def test_a_worker_keeps_its_chunk_while_the_database_is_away_for_a_heartbeat(request_tiny):
    video = request_tiny(n_frames=12)
    rename = "ALTER TABLE generation_renderchunk{} RENAME TO generation_renderchunk{}"
    away = []

    def lose_the_table_for_a_beat() -> None:
        if not away:
            away.append(True)
            with connection.cursor() as cursor:
                cursor.execute(rename.format("", "_away"))
                time.sleep(0.8)
                cursor.execute(rename.format("_away", ""))
            time.sleep(2.5)
            assert n_free() == 0

    Worker(lease=timedelta(seconds=2)).render_next(report=lose_the_table_for_a_beat)
    assert (states(video), attempts(video), away) == (["done"], [1], [True])


@PATIENT
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_told_to_stop_gives_its_chunk_back_at_once(request_tiny, tmp_path):
    video = request_tiny(n_frames=12, steps=1000)
    with render_worker(tmp_path, "--lease", "600") as process:
        wait_for(lambda: states(video) == ["leased"])
        process.terminate()
        assert process.wait(timeout=20) == 0
    assert states(video) == ["queued"]


def frame_hashes_on_disk(video) -> list[str]:
    return [hashlib.sha256(frame_path(video, i).read_bytes()).hexdigest() for i in range(video.n_frames)]
