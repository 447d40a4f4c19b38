"""Make the bundles in which a video's frames travel; the PNG files stay the record."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from generation import frames
from generation.imaging.canonical import decode_png
from generation.imaging.delta_bundle import encode
from generation.models import Video
from generation.selectors.bundles import ORDERS, bundle_file
from generation.selectors.videos import frame_bytes


def padded_bundle(name: str, *, size: int) -> str:
    """The name of a copy of a stored bundle with zeros up to `size` bytes, beside it; made at the first call.

    For a server that can send files, but no zeros after them. The zeros take no room on disk.
    """
    bundle = Path(frames.store().path(name))
    copy = bundle.with_name(f"{bundle.name}.{size}")
    if not copy.is_file():
        with tempfile.NamedTemporaryFile(dir=bundle.parent, delete=False) as partial:
            with bundle.open("rb") as source:
                shutil.copyfileobj(source, partial)
            partial.truncate(size)
        Path(partial.name).chmod(0o644)
        Path(partial.name).replace(copy)
    return f"{name}.{size}"


def make_bundle(*, video: Video) -> Video:
    """Write a complete video's bundle in both orders and record the size of the larger one.

    Made anew it has the same bytes, so that two workers who make it at once do no harm. Raises FrameNotReady.
    """
    sizes = []
    for order in ORDERS:
        indices = range(video.n_frames) if order == "AB" else reversed(range(video.n_frames))
        data = encode(decode_png(frame_bytes(video, index)) for index in indices)
        frames.write(video, bundle_file(order), data)
        sizes.append(len(data))
    # One field alone: whoever holds this video as another object loses nothing.
    Video.objects.filter(pk=video.pk).update(bundle_bytes=max(sizes))
    video.bundle_bytes = max(sizes)
    return video
