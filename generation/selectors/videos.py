"""Videos, their frames on disk and how far their rendering is."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from generation import frames
from generation.models import RenderChunk, RenderJob, Video

# Of each chunk of a job.
FRAMES = F("chunks__last_frame") - F("chunks__first_frame") + 1


class FrameNotReady(LookupError):
    """A frame that is not rendered yet, or that the video does not have."""


def frame_name(index: int) -> str:
    return f"{index:04}.png"


def frame_file(video: Video, index: int) -> str:
    """The name in the frames' storage of a frame, counted from 0 at ``group_from``. Raises FrameNotReady."""
    if not 0 <= index < video.n_frames or not frames.has(video, frame_name(index)):
        raise FrameNotReady(f"Frame {index} of video {video.pk} is not ready.")
    return frames.name_of(video, frame_name(index))


def frame_bytes(video: Video, index: int) -> bytes:
    """The PNG file of a frame, as it was rendered. Raises FrameNotReady."""
    return frames.read_stored(frame_file(video, index))


def frames_ready(video: Video) -> int:
    """How many frames are rendered and recorded."""
    if video.is_complete:
        return video.n_frames
    done = RenderChunk.objects.filter(job__video=video, state=RenderChunk.State.DONE)
    return int(done.aggregate(n=Coalesce(Sum(F("last_frame") - F("first_frame") + 1), 0))["n"])


def rendering(video: Video) -> tuple[int, str]:
    """Frames rendered so far of an incomplete video, and the state of its job, '' while it has none."""
    jobs = RenderJob.objects.filter(video=video).annotate(
        n_ready=Coalesce(Sum(FRAMES, filter=Q(chunks__state=RenderChunk.State.DONE)), 0)
    )
    return jobs.values_list("n_ready", "state").first() or (0, "")


def frame_entries(video: Video) -> list[dict[str, Any]]:
    """What the manifest says of each frame, in order; raises FrameNotReady for an incomplete video."""
    if video.manifest is None:
        raise FrameNotReady(f"Video {video.pk} is not complete.")
    entries: list[dict[str, Any]] = video.manifest["frames"]
    return entries


def videos_with_progress() -> QuerySet[Video]:
    """All videos with their job, and ``n_ready`` rendered frames, in one query."""
    # A subquery, and no join: of many videos only those that are shown are summed up.
    done = RenderChunk.objects.filter(job__video=OuterRef("pk"), state=RenderChunk.State.DONE).order_by()
    n_frames = done.values("job").annotate(n=Sum(F("last_frame") - F("first_frame") + 1)).values("n")
    return Video.objects.select_related("trained_model", "render_job").annotate(
        n_ready=Coalesce(Subquery(n_frames), 0)
    )


def render_jobs() -> QuerySet[RenderJob]:
    """All jobs in the order in which they are rendered, with counts of their chunks."""
    return RenderJob.objects.select_related("video__trained_model").annotate(
        n_chunks=Count("chunks"),
        n_chunks_done=Count("chunks", filter=Q(chunks__state=RenderChunk.State.DONE)),
    )
