"""Acts in the consensus room. Each is checked against the room as it is, stored, and put on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from readers import errors
from readers.models import Action, Assignment, Criterion, Exposure, Observation, RoomAct, Study
from readers.protocol.consensus import COORDINATOR_KINDS, MERGING_KINDS, Act, Kind, Stage
from readers.protocol.phases import Phase
from readers.selectors.consensus import Visit, check_open, pooled, room_of, visit
from readers.selectors.signatures import draft_sha256
from readers.services.audit import record
from readers.services.reading import not_before_the_record
from readers.services.studies import set_criteria
from readers.words import translated


def act(
    *,
    public_id: UUID,
    by: User,
    kind: str,
    candidate: UUID | None = None,
    observation: UUID | None = None,
    text: str = "",
) -> RoomAct:
    """One act of a person in a room. A new candidate gets its id here; a proposal names the draft."""
    with _acting(public_id=public_id, by=by, kind=kind) as visitor:
        if kind == Kind.MADE:
            candidate = uuid4()
        if kind == Kind.PROPOSED:
            text = draft_sha256(visitor.study)
            if not text:
                raise errors.ActRefused(_("There are no criteria to propose yet."))
        return _store(visitor, Kind(kind), candidate=candidate, observation=observation, text=text.strip())


def merge(*, public_id: UUID, by: User, candidate: UUID, into: UUID) -> None:
    """Put all notes of one candidate into another and drop the empty one."""
    with _acting(public_id=public_id, by=by, kind=Kind.PLACED) as visitor:
        room = room_of(visitor.study)
        if candidate == into or candidate not in room.candidates:
            raise errors.ActRefused(_("Choose two different candidates to merge."))
        for observation in list(room.candidates[candidate].observations):
            _store(visitor, Kind.PLACED, candidate=into, observation=observation)
        _store(visitor, Kind.DROPPED, candidate=candidate)


def gather(*, public_id: UUID, by: User, name: str, observations: list[UUID]) -> RoomAct:
    """Make a candidate of some notes at once."""
    with _acting(public_id=public_id, by=by, kind=Kind.MADE) as visitor:
        made = _store(visitor, Kind.MADE, candidate=uuid4(), text=name.strip())
        for observation in observations:
            _store(visitor, Kind.PLACED, candidate=made.candidate, observation=observation)
    return made


def write_criteria(*, public_id: UUID, by: User, criteria: Sequence[Mapping[str, Any]]) -> list[Criterion]:
    """Write the final criteria, after the vote; keys are made from the names where they are missing."""
    with _acting(public_id=public_id, by=by, kind=Kind.PROPOSED) as visitor:
        if room_of(visitor.study).stage is not Stage.CRITERIA:
            raise errors.ActRefused(_("The criteria are written after the vote is closed."))
        taken: set[str] = set()
        keyed = []
        for values in criteria:
            key = values.get("key") or slugify(values["name"]).replace("-", "_")[:60] or "criterion"
            while key in taken:
                key += "_"
            taken.add(key)
            keyed.append({**values, "key": key})
        return set_criteria(study=visitor.study, criteria=keyed, by=by)


def see_still(*, public_id: UUID, observation: UUID, by: User) -> Observation:
    """Record that a person looks at the still of a note, and give the note back.

    For a reader that is a viewing of an exploratory video: the washout is counted from it.
    """
    with transaction.atomic():
        _take_turn(public_id)
        visitor = visit(user=by, public_id=public_id)
        if visitor.reader is not None or visitor.study.form_locked_at is None:
            check_open(visitor.study)
        note = (
            pooled(visitor.study)
            .select_related("assignment__study_video__video")
            .filter(public_id=observation)
            .first()
        )
        if note is None:
            raise errors.NoSuchStudy
        if visitor.reader is not None:
            own = Assignment.objects.get(
                reader=visitor.reader,
                study_video=note.assignment.study_video_id,
                phase=Phase.EXPLORATORY,
            )
            Exposure.objects.create(assignment=own, opened_at=not_before_the_record(timezone.now()))
            record(action=Action.STILL_SEEN, actor=by, study=visitor.study, target=own)
    return note


@contextmanager
def _acting(*, public_id: UUID, by: User, kind: str) -> Iterator[Visit]:
    """A transaction of one person in an open room; a refusal undoes it and is put on record."""
    study: Study | None = None
    try:
        with transaction.atomic():
            study = _take_turn(public_id)
            visitor = visit(user=by, public_id=public_id)
            _check_authority(visitor, kind)
            check_open(visitor.study)
            yield visitor
    except errors.ProtocolError as refusal:
        record(
            action=Action.ROOM_REFUSED,
            actor=by,
            study=study,
            target=study,
            details={"act": str(kind), "refusal": refusal.code},
        )
        raise


def _take_turn(public_id: UUID) -> Study | None:
    """Acts in a room, viewings of its stills and the form lock take turns: none goes by what another ends."""
    return (
        Study.objects.select_for_update(no_key=True, of=("self",)).filter(room__public_id=public_id).first()
    )


def _check_authority(visitor: Visit, kind: str) -> None:
    if kind not in set(Kind):
        raise errors.ActRefused(_("There is no such act in the room."))
    if kind in COORDINATOR_KINDS and not visitor.leads:
        raise errors.RoleRequired(_("Only a coordinator of the study can do this."))
    if kind == Kind.VOTED and visitor.reader is None:
        raise errors.RoleRequired(_("Only readers of the study vote."))
    if not visitor.acts:
        raise errors.RoleRequired(_("You can look on here; readers and coordinators act."))


def _store(
    visitor: Visit,
    kind: Kind,
    *,
    candidate: UUID | None = None,
    observation: UUID | None = None,
    text: str = "",
) -> RoomAct:
    note = None
    if kind in MERGING_KINDS and observation is not None:
        note = pooled(visitor.study).filter(public_id=observation).first()
    if kind in (Kind.PLACED, Kind.RETURNED) and note is None:
        raise errors.ActRefused(_("There is no such note in the room."))
    now = timezone.now()
    wanted = Act(kind, visitor.user.pk, now, candidate, observation, text)
    if problem := room_of(visitor.study).problem(wanted):
        raise errors.ActRefused(translated(problem))
    last = RoomAct.objects.filter(study=visitor.study).last()
    row = RoomAct(
        study=visitor.study,
        number=last.number + 1 if last else 1,
        kind=kind,
        candidate=candidate,
        observation=note,
        text=text,
        by=visitor.user,
        at=now,
    )
    row.full_clean()
    row.save()
    record(
        action=Action.ROOM_ACT,
        actor=visitor.user,
        study=visitor.study,
        target=visitor.study,
        details={"act": str(kind), "number": row.number},
    )
    return row
