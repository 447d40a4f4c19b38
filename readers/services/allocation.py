"""Allocation: the study's videos into phases and directions, then each reader's own order. Drawn once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from generation.models import Video
from readers.errors import SetupError
from readers.models import Action, Allocation, Assignment, Reader, Study, StudyVideo
from readers.models.choices import VideoKind, VideoPhase
from readers.permissions import require_coordinator
from readers.protocol.allocation import Candidate, NotEnoughVideos, allocate
from readers.protocol.draw import ALGORITHM
from readers.protocol.orders import order, order_key
from readers.selectors.allocation import own_blinded_videos
from readers.services.audit import record

SEXES = {"female", "male"}


def allocate_videos(*, study: Study, videos: Sequence[Video], by: User) -> list[StudyVideo]:
    """Draw the sets of the study's phases from `videos`, and every enrolled reader's orders.

    The videos need not be rendered yet. A video from a group to itself can only become a null video. Raises
    `SetupError` when the study is already allocated, when the videos differ in groups or format, or when too
    few of them are without a common seed or source.
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
                [_candidate(video) for video in sorted(videos, key=lambda video: str(video.pk))],
                n_training=study.n_training,
                n_exploratory=study.n_exploratory,
                n_blinded=study.n_blinded,
                n_null=study.n_null,
                allocation_seed=study.allocation_seed,
            )
        except NotEnoughVideos as error:
            raise SetupError(str(error)) from error
        study_videos = []
        for number, entry in enumerate(allocated, start=1):
            video = by_key[entry.key]
            study_video = StudyVideo(
                study=study,
                video=video,
                label=f"V{number:02d}",
                phase=entry.phase,
                kind=entry.kind,
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
            }
            | {"null": [str(entry.video_id) for entry in study_videos if entry.kind == VideoKind.NULL]},
        )
    return study_videos


def draw_orders(*, reader: Reader) -> list[Assignment]:
    """Draw and record the order in which a reader sees each phase's videos, repeats among them.

    With rotating sets the reader's blinded videos are drawn here too, from what earlier readers were given.
    Raises `SetupError` when the person reads one of the study's videos in another study.
    """
    study = reader.study
    _refuse_known_videos(reader)
    assignments = []
    with transaction.atomic():
        for phase in VideoPhase.values:
            key = order_key(study.allocation_seed, reader.code, phase)
            allocation = Allocation(reader=reader, phase=phase, algorithm=ALGORITHM, key=key)
            allocation.full_clean()
            allocation.save()
            for position, (study_video, reading) in enumerate(_order(reader, phase, key), start=1):
                assignment = Assignment(
                    reader=reader,
                    study_video=study_video,
                    phase=phase,
                    position=position,
                    direction=study_video.direction,
                    reading=reading,
                )
                assignment.full_clean()
                assignment.save()
                assignments.append(assignment)
    return assignments


def _refuse_known_videos(reader: Reader) -> None:
    elsewhere = Assignment.objects.filter(reader__user=reader.user).exclude(reader__study=reader.study)
    if elsewhere.filter(study_video__video__study_videos__study=reader.study).exists():
        raise SetupError(
            _(
                "%(code)s reads videos of this study in another study too, and could see there what must be "
                "unseen here. Take other videos, or another reader."
            )
            % {"code": reader.code}
        )


def _order(reader: Reader, phase: str, key: str) -> list[tuple[StudyVideo, int]]:
    study = reader.study
    if phase != VideoPhase.BLINDED:
        return order(list(study.study_videos.filter(phase=phase).order_by("label")), key=key)
    videos = own_blinded_videos(reader)
    return order(
        videos,
        key=key,
        repeatable=[video for video in videos if video.kind == VideoKind.COUNTERFACTUAL],
        n_repeats=study.n_repeats,
        distance=study.repeat_distance,
    )


def _candidate(video: Video) -> Candidate:
    return Candidate(
        key=video.pk,
        noise_seed=video.seed,
        source=video.source_radiograph_id,
        sex=_sex(video),
        null=video.group_from == video.group_to,
    )


def _sex(video: Video) -> str:
    """Sex of the person shown: a condition of the render, else that of the radiograph; '' where unknown.

    Where the study compares the sexes there is none: the group is not among the conditions, and the
    radiograph's own sex is one of the two groups.
    """
    if sex := video.spec.get("conditions", {}).get("sex"):
        return str(sex)
    if video.source_radiograph is None or SEXES & {video.group_from.lower(), video.group_to.lower()}:
        return ""
    return video.source_radiograph.sex


def _check_alike(videos: Sequence[Video]) -> None:
    changing = {(video.group_from, video.group_to) for video in videos if video.group_from != video.group_to}
    if len(changing) > 1:
        raise SetupError(
            _("The videos run between different groups; all videos of a study start from the same one.")
        )
    groups = {group for pair in changing for group in pair}
    if any(video.group_from not in groups for video in videos if video.group_from == video.group_to):
        raise SetupError(
            _("A null video must stay in one of the two groups that the other videos run between.")
        )
    if len({(video.n_frames, video.width, video.height) for video in videos}) > 1:
        raise SetupError(
            _("The videos differ in size or number of frames, by which readers could tell them apart.")
        )
