"""Workers as they really run: in a process of their own, on the test's database, killed and told to stop."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.db import connection
from PIL import Image

from generation.counterfactual.rendering import Renderer
from generation.counterfactual.spec import VideoSpec
from generation.imaging.delta_bundle import decode
from generation.imaging.manifest import sha256_of
from generation.imaging.png import encode_grey
from generation.models import RenderChunk, Video
from generation.selectors.bundles import bundle_path
from generation.selectors.videos import frame_entries, frame_path, progress
from generation.services.jobs import cancel_job
from generation.tasks.worker import Worker

# Enough evaluations of the tiny net for a chunk to take a second: time to be killed in.
SLOW = {"steps": 120}
# Starting Python, Django and torch four times takes a busy machine long.
PATIENT = pytest.mark.timeout(240)


def test_a_video_is_rendered_to_its_manifest(request_tiny, tiny_model):
    video = request_tiny()
    worker = Worker()
    assert worker.render_next().index == 0
    assert progress(video) == (12, 24)
    assert worker.render_next().index == 1
    assert worker.render_next() is None

    video.refresh_from_db()
    assert video.is_complete
    assert progress(video) == (24, 24)
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
    video.frames_folder.mkdir(parents=True)
    for index in (0, 1, 5):
        (video.frames_folder / f"{index:04}.png").write_bytes(encode_grey(frames[index]))
    before = written(video.frames_folder)
    Worker().render_next()
    after = written(video.frames_folder)
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
    assert not list(video.frames_folder.glob("*.png"))


@PATIENT
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_chunk_is_taken_over(request_tiny, tiny_model, tmp_path):
    video = request_tiny(**SLOW)
    with worker_process(tmp_path, "--lease", "2") as process:
        wait_for(lambda: states(video) == ["done", "leased"])
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert states(video) == ["done", "leased"]
    finished = written(video.frames_folder)
    assert sorted(finished) == [f"{index:04}.png" for index in range(12)]

    with worker_process(tmp_path, "--lease", "30"):
        wait_for(lambda: states(video) == ["done", "done"])
    assert finished.items() <= written(video.frames_folder).items()
    assert list(attempts(video)) == [1, 2]
    video.refresh_from_db()
    frames = Renderer(tiny_model).frames(VideoSpec.from_dict(video.spec), 0, 23)
    expected = [hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames]
    assert [entry["pixels_sha256"] for entry in video.manifest["frames"]] == expected


@PATIENT
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_told_to_stop_gives_its_chunk_back_at_once(request_tiny, tmp_path):
    video = request_tiny(n_frames=12, steps=1000)
    with worker_process(tmp_path, "--lease", "600") as process:
        wait_for(lambda: states(video) == ["leased"])
        process.terminate()
        assert process.wait(timeout=20) == 0
    assert states(video) == ["queued"]


def written(folder: Path) -> dict[str, tuple[int, int]]:
    """File name to inode and time of writing: equal when a file was not touched."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.glob("*.png")}


def frame_hashes_on_disk(video) -> list[str]:
    return [hashlib.sha256(frame_path(video, i).read_bytes()).hexdigest() for i in range(video.n_frames)]


def states(video) -> list[str]:
    return list(
        RenderChunk.objects.filter(job__video=video).order_by("index").values_list("state", flat=True)
    )


def attempts(video) -> list[int]:
    return list(
        RenderChunk.objects.filter(job__video=video).order_by("index").values_list("attempt", flat=True)
    )


def wait_for(condition, seconds: float = 100) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


@contextmanager
def worker_process(data: Path, *arguments: str):
    """``manage.py render_worker`` on the test's database and data folder; ended with SIGTERM."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = os.environ | {"DATABASE_URL": url, "COUNTERPART_DATA": str(data)}
    command = [sys.executable, "manage.py", "render_worker", "--threads", "1", *arguments]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)
