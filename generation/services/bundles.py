"""Make the bundles in which a video's frames travel; the PNG files stay the record."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from generation.diffusion.folder import write_atomic
from generation.imaging.canonical import read_png
from generation.imaging.delta_bundle import encode
from generation.models import Video
from generation.selectors.bundles import ORDERS, bundle_path
from generation.selectors.videos import frame_path


def padded_bundle(bundle: Path, *, size: int) -> Path:
    """A copy of a bundle with zeros up to `size` bytes, beside it; made at the first call.

    For a server that can send files, but no zeros after them. The zeros take no room on disk.
    """
    copy = bundle.with_name(f"{bundle.name}.{size}")
    if not copy.is_file():
        with tempfile.NamedTemporaryFile(dir=bundle.parent, delete=False) as partial:
            with bundle.open("rb") as source:
                shutil.copyfileobj(source, partial)
            partial.truncate(size)
        Path(partial.name).chmod(0o644)
        Path(partial.name).replace(copy)
    return copy


def make_bundle(*, video: Video) -> Video:
    """Write a complete video's bundle in both orders and record the size of the larger one.

    Made anew it has the same bytes, so that two workers who make it at once do no harm. Raises FrameNotReady.
    """
    sizes = []
    for order in ORDERS:
        indices = range(video.n_frames) if order == "AB" else reversed(range(video.n_frames))
        data = encode(read_png(frame_path(video, index)) for index in indices)
        write_atomic(bundle_path(video, order), data)
        sizes.append(len(data))
    # One field alone: whoever holds this video as another object loses nothing.
    Video.objects.filter(pk=video.pk).update(bundle_bytes=max(sizes))
    video.bundle_bytes = max(sizes)
    return video
