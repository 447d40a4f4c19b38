"""Notes: a reader's own, and all of them for the study's tables."""

from __future__ import annotations

from django.db.models import QuerySet

from readers.models import Assignment, Observation, Study
from readers.protocol.observations import Note
from readers.protocol.phases import Phase


def own_notes(assignment: Assignment) -> QuerySet[Observation]:
    """A reader's notes on one case that were not taken back, by frame."""
    return Observation.objects.filter(assignment=assignment, retraction__isnull=True)


def own_tags(assignment: Assignment) -> list[str]:
    """Tags that the reader has used in this study, to be offered again."""
    notes = Observation.objects.filter(assignment__reader=assignment.reader_id, retraction__isnull=True)
    return sorted({tag for tags in notes.values_list("tags", flat=True) for tag in tags})


def notes_of(study: Study) -> list[Note]:
    """All notes of the exploratory phase with author and direction: for analysts alone."""
    notes = (
        Observation.objects.filter(assignment__reader__study=study, assignment__phase=Phase.EXPLORATORY)
        .select_related("assignment__reader", "assignment__study_video__video", "retraction")
        .order_by("assignment__reader__code", "made_at", "pk")
    )
    return [_note(note) for note in notes]


def _note(note: Observation) -> Note:
    assignment = note.assignment
    video = assignment.study_video.video
    return Note(
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
