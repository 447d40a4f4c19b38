"""One case as its reader may know it: nothing here names group, seed, source, label or direction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from generation.models import Video
from generation.selectors import videos
from readers.models import Answer, Assignment, Criterion
from readers.protocol.direction import frame_index
from readers.protocol.forms import question
from readers.protocol.phases import Phase
from readers.selectors.access import is_submitted


@dataclass(frozen=True)
class Item:
    """A criterion as shown, with the reader's current score (1 to 5) or None."""

    key: str
    name: str
    question: str
    anchors: list[str]
    score: int | None


@dataclass(frozen=True)
class Frames:
    """Frames of a case; `sha256`: hash of each PNG in the order shown, empty until all are rendered."""

    n_frames: int
    width: int
    height: int
    n_ready: int
    sha256: list[str]

    @property
    def ready(self) -> bool:
        return bool(self.sha256)


@dataclass(frozen=True)
class Case:
    """A case for its reader."""

    public_id: UUID
    phase: Phase
    position: int
    total: int
    submitted: bool
    form_sha256: str
    criteria: list[Item]
    frames: Frames


def case_of(assignment: Assignment) -> Case:
    """The case of an assignment that its reader may open."""
    reader = assignment.reader
    phase = Phase(assignment.phase)
    blinded = phase is Phase.BLINDED
    return Case(
        public_id=assignment.public_id,
        phase=phase,
        position=assignment.position,
        total=Assignment.objects.filter(reader=reader, phase=phase).count(),
        submitted=is_submitted(assignment),
        form_sha256=reader.study.form_sha256 if blinded else "",
        criteria=_items(assignment) if blinded else [],
        frames=_frames(assignment),
    )


def frame_of(assignment: Assignment, position: int) -> bytes:
    """PNG bytes of the frame shown at a position, exactly as rendered.

    Raises `IndexError` outside the video and `videos.FrameNotReady` before it is rendered.
    """
    video = _video(assignment)
    index = frame_index(position, direction=assignment.direction, n_frames=video.n_frames)
    return videos.frame_path(video, index).read_bytes()


def _video(assignment: Assignment) -> Video:
    """The video of an assignment; imported ratings have none (`IndexError`)."""
    if (video := assignment.study_video.video) is None:
        raise IndexError("the frames of this imported rating are not held")
    return video


def _frames(assignment: Assignment) -> Frames:
    video = _video(assignment)
    n_frames = video.n_frames
    n_ready, _ = videos.progress(video)
    hashes = videos.frame_hashes(video) if video.is_complete else []
    shown = [frame_index(i, direction=assignment.direction, n_frames=n_frames) for i in range(len(hashes))]
    return Frames(n_frames, video.width, video.height, n_ready, [hashes[index] for index in shown])


def _items(assignment: Assignment) -> list[Item]:
    study = assignment.reader.study
    scores = dict(
        Answer.objects.filter(assignment=assignment).order_by("version").values_list("criterion_id", "score")
    )
    return [
        Item(
            key=criterion.key,
            name=criterion.name,
            question=question(
                study.question_template,
                criterion=criterion.name,
                group_a=study.group_a,
                group_b=study.group_b,
                direction=assignment.direction,
                conceal_direction=study.conceal_direction,
            ),
            anchors=criterion.anchors,
            score=scores.get(criterion.pk),
        )
        for criterion in Criterion.objects.filter(study=study)
    ]
