"""Make the bundles in which a video's frames travel; the PNG files stay the record."""

from __future__ import annotations

from generation.diffusion.folder import write_atomic
from generation.imaging.canonical import read_png
from generation.imaging.delta_bundle import encode
from generation.models import Video
from generation.selectors.bundles import ORDERS, bundle_path
from generation.selectors.videos import frame_path


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
