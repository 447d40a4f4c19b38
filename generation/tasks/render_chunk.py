"""Render the frames of one chunk, put them on disk, and complete the video after its last chunk."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from django.utils import timezone

from generation.counterfactual.spec import VideoSpec
from generation.diffusion.folder import write_atomic
from generation.imaging.canonical import read_png
from generation.imaging.manifest import frame_entry, manifest, sha256_of
from generation.imaging.png import encode_grey
from generation.models import RenderChunk, RenderJob, Video
from generation.selectors.videos import frame_name, frame_path
from generation.services import chunks

if TYPE_CHECKING:
    from generation.counterfactual.rendering import Renderer
    from generation.diffusion.sampling import Tick


def render_chunk(chunk: RenderChunk, renderer: Renderer, tick: Tick) -> bool:
    """Make the frames of a chunk that this worker has leased; False when the lease was lost meanwhile.

    Frames that are on disk already (from a worker that died before it could say so) are kept: a frame
    appears under its name only when it is whole. ``tick`` may raise to stop; nothing is recorded then.
    """
    video = chunk.job.video
    missing = [
        index
        for index in range(chunk.first_frame, chunk.last_frame + 1)
        if not (video.frames_folder / frame_name(index)).exists()
    ]
    if missing:
        video.frames_folder.mkdir(parents=True, exist_ok=True)
        pixels = renderer.frames(VideoSpec.from_dict(video.spec), missing[0], missing[-1], tick=tick)
        for index in missing:
            write_atomic(video.frames_folder / frame_name(index), encode_grey(pixels[index - missing[0]]))
    return chunks.finish(chunk=chunk, device=renderer.describe_device(), complete=_complete)


def _complete(job: RenderJob) -> None:
    """Hash every frame from disk and give the video its manifest."""
    video = Video.objects.select_for_update().get(pk=job.video_id)
    entries = []
    for index in range(video.n_frames):
        path = frame_path(video, index)
        entries.append(frame_entry(index, path.read_bytes(), read_png(path)))
    devices = job.chunks.order_by("device").values_list("device", flat=True).distinct()
    video.manifest = manifest(
        spec=video.spec,
        frames=entries,
        width=video.width,
        height=video.height,
        device="; ".join(devices),
        versions={name: version(name) for name in ("torch", "numpy")} | {"python": platform.python_version()},
    )
    video.manifest_sha256 = sha256_of(video.manifest)
    video.completed_at = timezone.now()
    video.full_clean()
    video.save()
