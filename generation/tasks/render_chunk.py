"""Render the frames of one chunk, store them, and complete the video after its last chunk."""

from __future__ import annotations

import platform
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from generation import frames
from generation.counterfactual.spec import VideoSpec
from generation.imaging.canonical import decode_png
from generation.imaging.manifest import frame_entry, manifest, sha256_of
from generation.imaging.png import encode_grey
from generation.models import RenderChunk, RenderJob, Video
from generation.selectors.cohorts import as_models_see_it
from generation.selectors.videos import frame_bytes, frame_name
from generation.services import chunks

if TYPE_CHECKING:
    from generation.diffusion.sampling import Tick
    from generation.tasks.memory import WithinMemory


def render_chunk(chunk: RenderChunk, renderer: WithinMemory, tick: Tick) -> bool:
    """Make the frames of a chunk that this worker has leased; False when the lease was lost meanwhile.

    Frames that are stored already (from a worker that died before it could say so) are kept: a frame
    appears under its name only when it is whole. Where there is more to say of a frame than that it was
    rendered, it is made again, so as to be told. ``tick`` may raise to stop; nothing is recorded then.
    """
    started = time.monotonic()
    video = chunk.job.video
    spec = VideoSpec.from_dict(video.spec)
    wanted = range(chunk.first_frame, chunk.last_frame + 1)
    missing = [index for index in wanted if not (spec.is_plain() and frames.has(video, frame_name(index)))]
    how: dict[int, dict[str, Any]] = {index: {"origin": "rendered"} for index in wanted}
    if missing:
        source = None
        if video.source_radiograph is not None and spec.source:
            size = renderer.renderer.stages[0].config.unet.image_size
            source = as_models_see_it(video.source_radiograph, size=size)
        rendered = renderer.render(spec, missing[0], missing[-1], tick=tick, source=source)
        # Fewer frames at once than the spec's batch may round a grey level otherwise.
        parts = {"at_once": renderer.at_once} if renderer.at_once else {}

        def write(index: int) -> None:
            frames.write(video, frame_name(index), encode_grey(rendered.frames[index - missing[0]]))
            how[index] = rendered.made[index - missing[0]] | parts

        # Compressing and syncing leave Python's lock, so that frames are written side by side.
        with ThreadPoolExecutor() as pool:
            list(pool.map(write, missing))
    return chunks.finish(
        chunk=chunk,
        device=renderer.renderer.describe_device(),
        complete=_complete,
        seconds=time.monotonic() - started if len(missing) == len(wanted) else None,
        made=list(how.values()),
    )


def _complete(job: RenderJob) -> None:
    """Hash every stored frame and give the video its manifest."""
    video = Video.objects.select_for_update().get(pk=job.video_id)
    entries = []
    how = [frame for chunk in job.chunks.order_by("index") for frame in chunk.made]
    for index, record in enumerate(how):
        png = frame_bytes(video, index)
        entries.append(frame_entry(index, png, decode_png(png), record))
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
