"""One case as its reader may know it: nothing here names group, seed, source, label or direction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generation.models import RenderJob, Video
from generation.selectors import videos
from readers.models import Assignment, Criterion
from readers.protocol import display
from readers.protocol.direction import frame_index
from readers.protocol.forms import CONCEALED_QUESTION, question
from readers.protocol.phases import Phase
from readers.selectors.answers import latest_answers
from readers.selectors.own_case import OwnCase

NOT_RENDERED = _(
    "This video could not be rendered, and waiting will not help. Please tell the study's coordinator, who "
    "can have an engineer look at it. It is not your doing, and everything that you have answered is kept."
)


@dataclass(frozen=True)
class Item:
    """A criterion as shown, with the version of the reader's answer that stands: 0 while there is none.

    `kind` is '' while there is none, `score` (1 to 5) is None unless it is a score.
    """

    key: str
    name: str
    question: str
    anchors: list[str]
    version: int
    kind: str
    score: int | None
    reason: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Frames:
    """Frames of a case. Hashes in the order shown, empty until all are rendered: `sha256` of each PNG file,
    `pixels_sha256` of its grey values alone, row by row.

    `problem`: why they will not be rendered without help, as a sentence for the reader; empty when they will.
    """

    n_frames: int
    width: int
    height: int
    n_ready: int
    sha256: list[str]
    pixels_sha256: list[str]
    problem: str


@dataclass(frozen=True)
class Case:
    """A case for its reader; `unlocked`: why a coordinator opened it again, '' if nobody did."""

    public_id: UUID
    phase: Phase
    position: int
    total: int
    submitted: bool
    unlocked: str
    form_sha256: str
    criteria: list[Item]
    display: display.Display
    frames: Frames


def case_of(assignment: OwnCase) -> Case:
    """The case of an assignment that its reader may open."""
    reader = assignment.reader
    phase = Phase(assignment.phase)
    blinded = phase is Phase.BLINDED
    return Case(
        public_id=assignment.public_id,
        phase=phase,
        position=assignment.position,
        total=assignment.of_phase,
        submitted=assignment.submitted,
        unlocked=assignment.unlocked or "",
        form_sha256=reader.study.form_sha256 if blinded else "",
        criteria=_items(assignment) if blinded else [],
        display=display.parse(reader.study.display)[phase],
        frames=_frames(assignment),
    )


def frame_of(assignment: Assignment, position: int) -> str:
    """The name in the frames' storage of the PNG file shown at a position, exactly as rendered.

    Raises `IndexError` outside the video and `videos.FrameNotReady` before it is rendered.
    """
    video = _video(assignment)
    index = frame_index(position, direction=assignment.direction, n_frames=video.n_frames)
    return videos.frame_file(video, index)


def _video(assignment: Assignment) -> Video:
    """The video of an assignment; imported ratings have none (`IndexError`)."""
    if (video := assignment.study_video.video) is None:
        raise IndexError("the frames of this imported rating are not held")
    return video


def _frames(assignment: Assignment) -> Frames:
    video = _video(assignment)
    n_frames = video.n_frames
    n_ready, problem = _rendering(video)
    entries = videos.frame_entries(video) if video.is_complete else []
    shown = [
        entries[frame_index(i, direction=assignment.direction, n_frames=n_frames)]
        for i in range(len(entries))
    ]
    return Frames(
        n_frames=n_frames,
        width=video.width,
        height=video.height,
        n_ready=n_ready,
        sha256=[entry["png_sha256"] for entry in shown],
        pixels_sha256=[entry["pixels_sha256"] for entry in shown],
        problem=problem,
    )


def _rendering(video: Video) -> tuple[int, str]:
    """How many frames are ready, and why the others will not come without help ("" if they will)."""
    if video.is_complete:
        return video.n_frames, ""
    n_ready, state = videos.rendering(video)
    given_up = state in (RenderJob.State.FAILED, RenderJob.State.CANCELLED)
    return n_ready, str(NOT_RENDERED) if given_up else ""


def _items(assignment: Assignment) -> list[Item]:
    study = assignment.reader.study
    standing = latest_answers(assignment)
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
                concealed_question=gettext(CONCEALED_QUESTION),
            ),
            anchors=criterion.anchors,
            version=answer.version if answer else 0,
            kind=answer.kind if answer else "",
            score=answer.score if answer else None,
            reason=answer.reason if answer else "",
            answered_at=answer.answered_at if answer else None,
        )
        for criterion in Criterion.objects.filter(study=study)
        for answer in [standing.get(criterion.pk)]
    ]
