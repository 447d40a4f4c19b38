"""Which blinded videos a reader has, or is to have."""

from __future__ import annotations

from collections import defaultdict

from readers.models import Assignment, Reader, StudyVideo
from readers.models.choices import VideoKind, VideoPhase
from readers.protocol.rotation import common_first, next_block


def own_blinded_videos(reader: Reader) -> list[StudyVideo]:
    """The blinded videos of a reader by label: all; or, where they rotate, the common ones, the reader's own
    share of the rest in view of what the others were given, and the null videos."""
    study = reader.study
    blinded = list(study.study_videos.filter(phase=VideoPhase.BLINDED).order_by("label"))
    if study.n_per_reader is None or study.n_common is None:
        return blinded
    key = f"{study.allocation_seed}:rotation"
    in_turn = common_first(
        [video.pk for video in blinded if video.kind == VideoKind.COUNTERFACTUAL],
        cell={video.pk: video.direction for video in blinded}.__getitem__,
        key=key,
    )
    common, rotating = in_turn[: study.n_common], in_turn[study.n_common :]
    given = defaultdict(set)
    for other, video in Assignment.objects.filter(reader__study=study, study_video__in=rotating).values_list(
        "reader", "study_video"
    ):
        given[other].add(video)
    own = next_block(
        rotating,
        [frozenset(videos) for videos in given.values()],
        size=study.n_per_reader - study.n_common,
        key=f"{key}:{reader.code}",
    )
    return [video for video in blinded if video.pk in {*common, *own} or video.kind == VideoKind.NULL]
