"""The frames of a case as one file, filled up so that its size is that of every other case of the phase."""

from __future__ import annotations

from dataclasses import dataclass

from generation import frames
from generation.models import Video
from generation.selectors.bundles import bundle_file, common_size
from readers.models import Assignment


@dataclass(frozen=True)
class Bundle:
    """A stored file with the frames in the order shown; it is sent as `size` bytes, zeros after its own."""

    name: str
    size: int


def bundle_of(assignment: Assignment) -> Bundle | None:
    """The bundle of an assignment; None until that of each rendered video of the phase is made.

    The size is that of the largest bundle of the phase in either direction, so that it tells neither which
    video it is nor which way round it is shown.
    """
    video = assignment.study_video.video
    if video is None:
        return None
    of_phase = Video.objects.filter(
        study_videos__study=assignment.reader.study_id, study_videos__phase=assignment.phase
    )
    size = common_size(of_phase)
    name = frames.name_of(video, bundle_file(assignment.direction))
    return Bundle(name, size) if size is not None and frames.store().exists(name) else None
