"""Reads for looking at a rated video again, by people who are no readers of it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from readers.models import Reader, Study, StudyVideo
from stats.errors import ResultsClosed

SHOWN_FRAMES = 7


def labels_with_frames(study: Study) -> list[str]:
    """Labels of the study's videos that are completely rendered."""
    held = study.study_videos.filter(video__completed_at__isnull=False)
    return list(held.values_list("label", flat=True))


def rated_video(*, user: User, study: Study, label: str) -> StudyVideo:
    """A completely rendered video of the study, for a person who may see its results.

    Raises ``StudyVideo.DoesNotExist``, and ``ResultsClosed`` for a reader of any study that shows this video:
    an analyst of one study can be a reader of another, before or within the washout.
    """
    place = study.study_videos.select_related("video").get(label=label, video__completed_at__isnull=False)
    if Reader.objects.filter(user_id=user.pk, study__study_videos__video=place.video_id).exists():
        raise ResultsClosed(_("You are a reader of this video; its frames open on the reading page alone."))
    return place


def shown_frames(n_frames: int) -> list[int]:
    """Indices of a few frames from first to last, evenly spaced.

    >>> shown_frames(180)
    [0, 30, 60, 90, 119, 149, 179]
    """
    n = min(SHOWN_FRAMES, n_frames)
    return [round(i * (n_frames - 1) / (n - 1)) for i in range(n)]
