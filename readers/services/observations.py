"""A reader's notes on exploratory and training videos: made, and taken back, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from readers import errors
from readers.models import Action, Assignment, Observation, Retraction
from readers.protocol.observations import MAX_TEXT, Mark, mark_problem, tags_problem
from readers.protocol.phases import Phase
from readers.selectors.access import restarts_washout, viewed_assignment
from readers.selectors.own_case import OwnCase, own_assignment
from readers.services.attempts import reading
from readers.services.audit import record
from readers.services.reading import take_turn
from readers.words import translated


def observe(
    *,
    public_id: UUID,
    frame: int,
    text: str,
    idempotency_key: UUID,
    by: User,
    mark: Mark | None = None,
    tags: Sequence[str] = (),
) -> Observation:
    """Note something on the frame shown at position `frame` (from 0) of an opened case.

    The same key with the same content gives back the stored note, also when the case has closed since.
    """
    with reading(attempt="observe", public_id=public_id, by=by):
        take_turn(public_id)
        assignment = own_assignment(user=by, public_id=public_id)
        wanted = Observation(
            assignment=assignment,
            frame=frame,
            x=mark.x if mark else None,
            y=mark.y if mark else None,
            width=mark.width if mark else None,
            height=mark.height if mark else None,
            text=text.strip(),
            tags=list(dict.fromkeys(tag.strip() for tag in tags)),
            idempotency_key=idempotency_key,
        )
        if there := Observation.objects.filter(idempotency_key=idempotency_key).first():
            if _content(there) != _content(wanted):
                raise errors.KeyReused
            return there
        assignment = _notable_assignment(public_id, by)
        _check(wanted, assignment)
        wanted.full_clean()
        wanted.save()
        _record(Action.OBSERVATION_MADE, wanted, by)
    return wanted


def retract(*, public_id: UUID, observation: UUID, by: User) -> Retraction:
    """Take an own note back while its case can be opened. Doing so again changes nothing."""
    with reading(attempt="retract", public_id=public_id, by=by):
        take_turn(public_id)
        assignment = own_assignment(user=by, public_id=public_id)
        note = Observation.objects.filter(assignment=assignment, public_id=observation).first()
        if note is None:
            raise errors.NoSuchCase
        if there := Retraction.objects.filter(observation=note).first():
            return there
        _notable_assignment(public_id, by)
        retraction = Retraction(observation=note)
        retraction.full_clean()
        retraction.save()
        _record(Action.OBSERVATION_RETRACTED, note, by)
    return retraction


def _notable_assignment(public_id: UUID, by: User) -> OwnCase:
    """An opened case whose notes are not pooled yet."""
    assignment = viewed_assignment(user=by, public_id=public_id)
    if assignment.phase == Phase.BLINDED:
        raise errors.ObservationInvalid(_("Blinded videos are scored, not noted on."))
    if restarts_washout(assignment):
        raise errors.NotesClosed
    return assignment


def _check(note: Observation, assignment: Assignment) -> None:
    video = assignment.study_video.video
    if video is None:
        raise errors.NoSuchCase
    if not 0 <= note.frame < video.n_frames:
        raise errors.ObservationInvalid(
            _("This video has frames 0 to %(last)d.") % {"last": video.n_frames - 1}
        )
    if not 1 <= len(note.text) <= MAX_TEXT:
        raise errors.ObservationInvalid(
            _("A note has between 1 and %(most)d characters.") % {"most": MAX_TEXT}
        )
    problem = tags_problem(note.tags)
    if note.mark is not None:
        problem = problem or mark_problem(note.mark, width=video.width, height=video.height)
    if problem:
        raise errors.ObservationInvalid(translated(problem))


def _content(note: Observation) -> tuple[object, ...]:
    return note.assignment_id, note.frame, note.mark, note.text, note.tags


def _record(action: Action, note: Observation, by: User) -> None:
    record(
        action=action,
        actor=by,
        study=note.assignment.reader.study,
        target=note.assignment,
        details={"observation": str(note.public_id)},
    )
