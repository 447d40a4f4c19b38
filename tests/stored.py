"""Where the embedded set-up keeps a video's files: a folder that tests may look into and damage."""

from __future__ import annotations

from pathlib import Path

from generation.frames import name_of, store
from generation.models import Video
from generation.selectors.bundles import bundle_file
from generation.selectors.videos import frame_name


def frames_folder(video: Video) -> Path:
    return Path(store().path(name_of(video, "")))


def frame_path(video: Video, index: int) -> Path:
    return frames_folder(video) / frame_name(index)


def bundle_path(video: Video, order: str) -> Path:
    return frames_folder(video) / bundle_file(order)
