"""Allocation: the study's videos into phases and directions, then each reader's own order. Drawn once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from generation.models import Video
from readers.errors import SetupError
from readers.models import Action, Allocation, Assignment, Reader, Study, StudyVideo
from readers.models.choices import VideoPhase
from readers.permissions import require_coordinator
from readers.protocol.allocation import (
    ALGORITHM,
    Candidate,
    NotEnoughVideos,
    allocate,
    order_key,
    shuffled,
)
from readers.services.audit import record
from readers.words import translated


def allocate_videos(*, study: Study, videos: Sequence[Video], by: User) -> list[StudyVideo]:
    """Draw the study's exploratory and blinded sets from `videos` and every enrolled reader's orders.

    The videos need not be rendered yet. Raises `SetupError` when the study is already allocated, when the
    videos differ in groups or format, or when too few of them are without a common seed or source.
    """
    require_coordinator(user=by, study=study)
    _check_alike(videos)
    by_key: dict[Hashable, Video] = {video.pk: video for video in videos}
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if StudyVideo.objects.filter(study=study).exists():
            raise SetupError(_("The videos of this study are already allocated; that is done once."))
        try:
            allocated = allocate(
                [
                    Candidate(v.pk, v.seed, v.source_radiograph_id)
                    for v in sorted(videos, key=lambda v: str(v.pk))
                ],
                n_training=study.n_training,
                n_exploratory=study.n_exploratory,
                n_blinded=study.n_blinded,
                allocation_seed=study.allocation_seed,
            )
        except NotEnoughVideos as error:
            raise SetupError(translated(error.sentence)) from error
        study_videos = []
        for number, entry in enumerate(allocated, start=1):
            video = by_key[entry.key]
            study_video = StudyVideo(
                study=study,
                video=video,
                label=f"V{number:02d}",
                phase=entry.phase,
                direction=entry.direction,
                noise_seed=video.seed,
                source_radiograph=video.source_radiograph,
            )
            study_video.full_clean()
            study_video.save()
            study_videos.append(study_video)
        for reader in study.readers.all():
            draw_orders(reader=reader)
        record(
            action=Action.VIDEOS_ALLOCATED,
            actor=by,
            study=study,
            target=study,
            details={"algorithm": ALGORITHM, "allocation_seed": study.allocation_seed}
            | {
                phase: [str(entry.video_id) for entry in study_videos if entry.phase == phase]
                for phase in VideoPhase.values
            },
        )
    return study_videos


def draw_orders(*, reader: Reader) -> list[Assignment]:
    """Draw and record the order in which a reader sees each phase's videos."""
    assignments = []
    with transaction.atomic():
        for phase in VideoPhase.values:
            key = order_key(reader.study.allocation_seed, reader.code, phase)
            allocation = Allocation(reader=reader, phase=phase, algorithm=ALGORITHM, key=key)
            allocation.full_clean()
            allocation.save()
            study_videos = StudyVideo.objects.filter(study=reader.study_id, phase=phase).order_by("label")
            for position, study_video in enumerate(shuffled(study_videos, key=key), start=1):
                assignment = Assignment(
                    reader=reader,
                    study_video=study_video,
                    phase=phase,
                    position=position,
                    direction=study_video.direction,
                )
                assignment.full_clean()
                assignment.save()
                assignments.append(assignment)
    return assignments


def _check_alike(videos: Sequence[Video]) -> None:
    if len({(video.group_from, video.group_to) for video in videos}) > 1:
        raise SetupError(
            _("The videos run between different groups; all videos of a study start from the same one.")
        )
    if len({(video.n_frames, video.width, video.height) for video in videos}) > 1:
        raise SetupError(
            _("The videos differ in size or number of frames, by which readers could tell them apart.")
        )
