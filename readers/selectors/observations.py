"""Notes: a reader's own, and all of them for the study's tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from readers.models import Assignment, Observation, Study
from readers.protocol.phases import Phase


@dataclass(frozen=True)
class NoteRow:
    """A note for the analyst; `frame` as shown, `rendered_frame` from group A, so that directions pool."""

    reader: str
    video: str
    direction: str
    frame: int
    rendered_frame: int
    x: int | None
    y: int | None
    width: int | None
    height: int | None
    text: str
    tags: list[str]
    made_at: datetime
    retracted: bool


def own_notes(assignment: Assignment) -> QuerySet[Observation]:
    """A reader's notes on one case that were not taken back, by frame."""
    return Observation.objects.filter(assignment=assignment, retraction__isnull=True)


def own_tags(assignment: Assignment) -> list[str]:
    """Tags that the reader has used in this study, to be offered again."""
    notes = Observation.objects.filter(assignment__reader=assignment.reader_id, retraction__isnull=True)
    return sorted({tag for tags in notes.values_list("tags", flat=True) for tag in tags})


def note_rows(study: Study) -> list[NoteRow]:
    """All notes of the exploratory phase with author and direction: for analysts alone."""
    notes = (
        Observation.objects.filter(assignment__reader__study=study, assignment__phase=Phase.EXPLORATORY)
        .select_related("assignment__reader", "assignment__study_video__video", "retraction")
        .order_by("assignment__reader__code", "made_at", "pk")
    )
    return [_row(note) for note in notes]


def _row(note: Observation) -> NoteRow:
    assignment = note.assignment
    video = assignment.study_video.video
    return NoteRow(
        reader=assignment.reader.code,
        video=assignment.study_video.label,
        direction=assignment.direction,
        frame=note.frame,
        rendered_frame=note.rendered_frame(video.n_frames) if video else note.frame,
        x=note.x,
        y=note.y,
        width=note.width,
        height=note.height,
        text=note.text,
        tags=note.tags,
        made_at=note.made_at,
        retracted=hasattr(note, "retraction"),
    )
