from __future__ import annotations

import shutil

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from generation.models import RenderChunk, RenderJob, TrainedModel, Video
from generation.selectors.videos import FrameNotReady, frame_bytes, frame_entries, frames_ready, rendering
from generation.services.training import register_model


def test_the_same_request_is_the_same_video(request_tiny):
    first, again, other = request_tiny(), request_tiny(), request_tiny(seed=2)
    assert first == again != other
    assert Video.objects.count() == RenderJob.objects.count() == 2
    ranges = first.render_job.chunks.values_list("first_frame", "last_frame")
    assert list(ranges) == [(0, 11), (12, 23)]
    assert (first.width, first.height) == (32, 32)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"group_to": "child"}, "group cannot be 'child'"),
        ({"conditions": {"age": 400}}, "age must be a number from 18 to 90"),
        ({"conditions": {"laterality": "left"}}, "no attribute 'laterality'"),
        ({"n_frames": 1}, "at least two frames"),
        ({"steps": 0}, "cannot be zero"),
    ],
)
def test_what_the_model_cannot_render_is_refused(request_tiny, changes, message):
    with pytest.raises(ValidationError, match=message):
        request_tiny(**changes)
    assert not Video.objects.exists()


def test_nothing_is_ready_before_it_is_rendered(request_tiny):
    video = request_tiny()
    assert (frames_ready(video), rendering(video)) == (0, (0, "queued"))
    with pytest.raises(FrameNotReady):
        frame_bytes(video, 0)
    with pytest.raises(FrameNotReady):
        frame_entries(video)


def test_progress_counts_frames_of_finished_chunks(request_tiny):
    video = request_tiny(n_frames=30)
    video.render_job.chunks.filter(index__in=(0, 2)).update(
        state=RenderChunk.State.DONE, finished_at=timezone.now()
    )
    assert (frames_ready(video), rendering(video)[0]) == (12 + 6, 12 + 6)


def test_a_model_is_registered_once_and_its_name_stays_with_its_weights(model, tiny_model, tmp_path):
    assert register_model(name="tiny", folder=tiny_model) == model
    assert model.image_size == 32
    assert model.has_super_resolution
    base_only = tmp_path / "models" / "base"
    shutil.copytree(tiny_model, base_only, ignore=shutil.ignore_patterns("super_resolution"))
    with pytest.raises(ValidationError, match="other weights"):
        register_model(name="tiny", folder="base")
    other = register_model(name="base", folder="base")
    assert (other.image_size, other.has_super_resolution, other.path) == (16, False, base_only)
    with pytest.raises(ValidationError, match="is this a model folder"):
        register_model(name="none", folder="nowhere")
    assert TrainedModel.objects.count() == 2
