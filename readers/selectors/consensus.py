"""The consensus room as one person may see it: pooled notes that tell neither author nor time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from readers import errors
from readers.models import Membership, Observation, Reader, Room, RoomAct, Study
from readers.permissions import roles_in
from readers.protocol import consensus
from readers.protocol.consensus import Choice, Stage
from readers.protocol.observations import pooled_order
from readers.protocol.phases import Phase, phase_of
from readers.selectors.facts import facts_by_reader
from readers.selectors.participation import check_takes_part, remaining_readers
from readers.selectors.signatures import draft_sha256, printed_name

BEFORE_CONSENSUS = (Phase.TRAINING, Phase.EXPLORATORY)


@dataclass(frozen=True)
class Visit:
    """A person's way into a room; `reader` is None for the study's team."""

    user: User
    study: Study
    room: Room
    roles: frozenset[str]
    reader: Reader | None

    @property
    def leads(self) -> bool:
        """True for coordinators, who run the meeting."""
        return Membership.Role.COORDINATOR in self.roles

    @property
    def acts(self) -> bool:
        """True for those who take part; analysts and monitors look on."""
        return self.leads or self.reader is not None


@dataclass(frozen=True)
class Card:
    """A pooled note. Nothing here tells who made it, when, or on which of the reader's videos."""

    id: UUID
    text: str
    tags: list[str]


@dataclass(frozen=True)
class CandidateCard:
    """A candidate with its notes; `include` and `exclude` are counts, None while the vote is not closed."""

    id: UUID
    name: str
    cards: list[Card]
    own_vote: str
    include: int | None
    exclude: int | None


@dataclass(frozen=True)
class Stay:
    """When a person was in the room."""

    name: str
    arrived: datetime
    left: datetime | None


@dataclass(frozen=True)
class RoomState:
    """`status`: waiting for readers, open, or locked with the form. `n_acts` changes with every act."""

    status: str
    n_finished: int
    n_readers: int
    stage: Stage
    pool: list[Card]
    candidates: list[CandidateCard]
    n_votes: int
    minutes: str
    stays: list[Stay]
    present: bool
    draft_sha256: str
    proposed: bool
    n_acts: int


def visit(*, user: User, public_id: UUID) -> Visit:
    """A person's way into a room; `NoSuchStudy` for strangers, the reason for readers paused or left."""
    room = Room.objects.select_related("study").filter(public_id=public_id).first()
    if room is None:
        raise errors.NoSuchStudy
    roles = frozenset(roles_in(user=user, study=room.study))
    reader = Reader.objects.filter(study=room.study, user_id=user.pk).select_related("study").first()
    if reader is not None:
        check_takes_part(reader)
    elif not roles:
        raise errors.NoSuchStudy
    return Visit(user, room.study, room, roles, reader)


def require_team(visitor: Visit) -> None:
    """Raise `NoSuchStudy` for readers: what the team sees is not there for them."""
    if not visitor.roles - {Membership.Role.READER}:
        raise errors.NoSuchStudy


def progress(study: Study) -> tuple[int, int]:
    """How many readers have finished the exploratory phase, of those who have not left; a pause ends."""
    facts = facts_by_reader(remaining_readers(study))
    now = timezone.now()
    finished = [fact for fact in facts.values() if phase_of(fact, now=now) not in BEFORE_CONSENSUS]
    return len(finished), len(facts)


def status_of(study: Study) -> str:
    """Waiting until every reader has finished the exploratory phase, then open; locked with the form."""
    if study.form_locked_at is not None:
        return "locked"
    finished, total = progress(study)
    return "open" if total and finished == total else "waiting"


def check_open(study: Study) -> None:
    """Raise `RoomClosed` unless the room is open, `StudyArchived` in an archived study."""
    if study.archived_at is not None:
        raise errors.StudyArchived
    status = status_of(study)
    if status == "waiting":
        raise errors.RoomClosed(_("The room opens when every reader has finished the exploratory phase."))
    if status == "locked":
        raise errors.RoomClosed(_("The form is locked, and the room is closed with it."))


def room_of(study: Study) -> consensus.Room:
    """State of the room, from all its acts."""
    acts = RoomAct.objects.filter(study=study).select_related("observation")
    return consensus.replay(row.act for row in acts)


def pooled(study: Study) -> QuerySet[Observation]:
    """Notes of the exploratory phase that were not taken back."""
    return Observation.objects.filter(
        assignment__reader__study=study,
        assignment__phase=Phase.EXPLORATORY,
        retraction__isnull=True,
    )


def state_for(visit: Visit) -> RoomState:
    """The room as this person may see it now.

    Nothing of others' notes before the opening; nothing of any note to a reader once the form is locked.
    """
    study = visit.study
    status = status_of(study)
    finished, total = progress(study)
    visible = status == "open" or (status == "locked" and visit.reader is None)
    room = room_of(study) if visible else consensus.Room()
    cards = _cards(study) if visible else {}
    draft = draft_sha256(study)
    return RoomState(
        status=status,
        n_finished=finished,
        n_readers=total,
        stage=room.stage,
        pool=[card for each, card in cards.items() if each not in room.placed],
        candidates=_candidates(room, cards, visit),
        n_votes=len({person for each in room.candidates.values() for person in each.votes}),
        minutes=room.minutes,
        stays=_stays(room.presences),
        present=room.present(visit.user.pk) is not None,
        draft_sha256=draft,
        proposed=bool(draft) and room.proposed_sha256 == draft,
        n_acts=RoomAct.objects.filter(study=study).count() if visible else 0,
    )


def _cards(study: Study) -> dict[UUID, Card]:
    notes = {str(note.public_id): note for note in pooled(study)}
    order = pooled_order(notes, key=f"{study.allocation_seed}:pooled")
    return {
        (note := notes[each]).public_id: Card(id=note.public_id, text=note.text, tags=note.tags)
        for each in order
    }


def _candidates(room: consensus.Room, cards: dict[UUID, Card], visit: Visit) -> list[CandidateCard]:
    closed = room.stage is Stage.CRITERIA
    return [
        CandidateCard(
            id=key,
            name=candidate.name,
            cards=[cards[each] for each in candidate.observations if each in cards],
            own_vote=candidate.votes.get(visit.user.pk, "") if visit.reader else "",
            include=candidate.count(Choice.INCLUDE) if closed else None,
            exclude=candidate.count(Choice.EXCLUDE) if closed else None,
        )
        for key, candidate in room.candidates.items()
    ]


def _stays(presences: Iterable[consensus.Presence]) -> list[Stay]:
    presences = list(presences)
    people = User.objects.in_bulk({stay.person for stay in presences})
    return [Stay(printed_name(people[stay.person]), stay.arrived, stay.left) for stay in presences]
