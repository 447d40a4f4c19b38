"""Rendered and waiting videos that a study may still take."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from generation.models import RenderJob, TrainedModel, Video
from readers.models import Study


def free_videos() -> QuerySet[Video]:
    """Videos of no study that are rendered, or will be: their job waits or runs."""
    waiting = RenderJob.objects.filter(state__in=("queued", "running")).values("video")
    return (
        Video.objects.filter(Q(completed_at__isnull=False) | Q(pk__in=waiting), study_videos__isnull=True)
        .select_related("trained_model")
        .order_by("created_at", "id")
    )


def n_free(group_from: str, group_to: str) -> int:
    """Free videos between two groups, counted by seed: a study takes one of a seed."""
    found = free_videos().filter(group_from=group_from, group_to=group_to)
    return found.order_by().values("seed").distinct().count()


def models_of(study: Study) -> QuerySet[TrainedModel]:
    """The models that a study's videos come from; before they are drawn, those of the videos it may draw."""
    drawn = study.study_videos.filter(video__isnull=False).values("video__trained_model")
    if drawn.exists():
        return TrainedModel.objects.filter(pk__in=drawn)
    free = free_videos().filter(group_from=study.group_a, group_to=study.group_b)
    return TrainedModel.objects.filter(pk__in=free.order_by().values("trained_model"))
