"""Keyframes and real radiographs through the jobs: what was asked for, rendered, and said in the manifest."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from generation.imaging.canonical import pixels_sha256
from generation.imaging.png import encode_grey
from generation.models import Cohort, Radiograph
from generation.tasks.worker import Worker


def rendered(video):
    """The video after a worker has finished it."""
    worker = Worker()
    while worker.render_next():
        pass
    video.refresh_from_db()
    assert video.is_complete
    return video


def test_a_video_by_keyframes_is_one_chunk_and_says_which_frames_are_interpolated(request_tiny):
    video = request_tiny(n_frames=60, keyframe_bound=0.5)
    assert video.render_job.chunks.count() == 1
    frames = rendered(video).manifest["frames"]
    assert len(frames) == 60
    between = [frame for frame in frames if frame["origin"] == "interpolated"]
    assert 20 < len(between) < 50
    assert all(frame["bound"] < 0.5 for frame in between)
    assert all("bound" not in frame for frame in frames if frame["origin"] == "rendered")


def test_a_video_begins_at_a_radiograph_and_reports_the_round_trip(request_tiny):
    rows, columns = np.mgrid[:64, :64]
    pixels = (128 + 60 * np.sin(rows / 9) * np.cos(columns / 12)).astype(np.uint8)
    radiograph = Radiograph(
        cohort=Cohort.objects.create(name="one", n_taken=1),
        patient="1",
        pixel_sha256=pixels_sha256(pixels),
        rows=64,
        columns=64,
        source_rows=64,
        source_columns=64,
    )
    radiograph.image.save(f"{radiograph.pixel_sha256}.png", ContentFile(encode_grey(pixels)))
    video = rendered(request_tiny(source=radiograph, steps=20, guidance=1.0))
    assert video.source_radiograph == radiograph
    report = video.manifest["frames"][0]["inversion"]
    assert report["max"] < 0.5
    assert set(report) == {"residual", "mean", "p99", "max"}


def test_what_cannot_go_together_is_refused(request_tiny):
    with pytest.raises(ValidationError, match="above 0"):
        request_tiny(keyframe_bound=0)
