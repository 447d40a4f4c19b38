"""Which files for people to look at a finished video has."""

from __future__ import annotations

from generation import frames
from generation.models import Video

SHEET, THUMBNAIL, PREVIEW = "contact_sheet.png", "thumbnail.png", "preview.mp4"


def has_preview(video: Video) -> bool:
    """Whether a worker could make the preview of the video; the pictures are made when they are asked for."""
    return video.is_complete and frames.has(video, PREVIEW)
