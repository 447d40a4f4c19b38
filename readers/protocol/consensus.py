"""The consensus room: its state follows from the acts of its people, in order, and from nothing else.

Observations are pooled, merged into candidates, voted on; then the coordinator writes the criteria. The
record keeps every act; a state that is not in the acts does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from readers.protocol.words import Sentence
from readers.protocol.words import gettext_noop as _

MAX_NAME = 120


class Stage(StrEnum):
    """What the room is doing."""

    MERGING = "merging"
    VOTING = "voting"
    CRITERIA = "criteria"


# Going back to merging starts a new vote: candidates that were voted on may not be the same any more.
STAGES: dict[Stage, frozenset[Stage]] = {
    Stage.MERGING: frozenset({Stage.VOTING}),
    Stage.VOTING: frozenset({Stage.MERGING, Stage.CRITERIA}),
    Stage.CRITERIA: frozenset({Stage.MERGING}),
}


class Kind(StrEnum):
    """Acts in the room. `text` is the name, the stage, the choice, the minutes or the hash of the draft."""

    MADE = "made"
    RENAMED = "renamed"
    DROPPED = "dropped"
    PLACED = "placed"
    RETURNED = "returned"
    STAGE = "stage"
    VOTED = "voted"
    MINUTES = "minutes"
    ARRIVED = "arrived"
    LEFT = "left"
    PROPOSED = "proposed"


MERGING_KINDS = frozenset({Kind.MADE, Kind.RENAMED, Kind.DROPPED, Kind.PLACED, Kind.RETURNED})
COORDINATOR_KINDS = frozenset({Kind.STAGE, Kind.MINUTES, Kind.PROPOSED})


class Choice(StrEnum):
    """A vote on a candidate."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


@dataclass(frozen=True)
class Act:
    """Who did what when. `candidate` and `observation` are ids; `by` is a primary key, `at` in UTC."""

    kind: Kind
    by: int
    at: datetime
    candidate: UUID | None = None
    observation: UUID | None = None
    text: str = ""


@dataclass
class Candidate:
    """A suspected characteristic: a name, and the observations that speak of it."""

    name: str
    observations: list[UUID] = field(default_factory=list)
    votes: dict[int, Choice] = field(default_factory=dict)

    def count(self, choice: Choice) -> int:
        """Number of people whose current vote is `choice`."""
        return list(self.votes.values()).count(choice)


@dataclass(frozen=True)
class Presence:
    """One stay of a person in the room; `left` is None while it lasts."""

    person: int
    arrived: datetime
    left: datetime | None


@dataclass
class Room:
    """State of the room after some acts."""

    stage: Stage = Stage.MERGING
    candidates: dict[UUID, Candidate] = field(default_factory=dict)
    minutes: str = ""
    presences: list[Presence] = field(default_factory=list)
    proposed_sha256: str = ""
    proposed_at: datetime | None = None

    def problem(self, act: Act) -> Sentence | None:
        """Why an act cannot follow; None when it can."""
        if act.kind in MERGING_KINDS and self.stage is not Stage.MERGING:
            return Sentence(_("Candidates change only while observations are being merged."))
        if act.kind is Kind.VOTED and self.stage is not Stage.VOTING:
            return Sentence(_("The vote is not open."))
        if act.kind is Kind.PROPOSED and self.stage is not Stage.CRITERIA:
            return Sentence(_("The form is proposed after the vote is closed."))
        if act.kind is Kind.STAGE:
            return self._stage_problem(act.text)
        if act.kind in (Kind.MADE, Kind.RENAMED) and not 1 <= len(act.text.strip()) <= MAX_NAME:
            return Sentence(_("A candidate needs a name of at most %(most)d characters."), {"most": MAX_NAME})
        if act.kind in (Kind.RENAMED, Kind.DROPPED, Kind.PLACED, Kind.VOTED) and (
            act.candidate not in self.candidates
        ):
            return Sentence(_("There is no such candidate any more: somebody may have dropped it."))
        if act.kind is Kind.VOTED and act.text not in set(Choice):
            return Sentence(_("A vote is to include the candidate or to leave it out."))
        if act.kind is Kind.LEFT and self.present(act.by) is None:
            return Sentence(_("You are not noted as present."))
        return None

    def take(self, act: Act) -> None:
        """Apply an act that has no problem."""
        if act.kind is Kind.STAGE:
            if Stage(act.text) is Stage.VOTING:
                for candidate in self.candidates.values():
                    candidate.votes.clear()
            self.stage = Stage(act.text)
        elif act.kind is Kind.MINUTES:
            self.minutes = act.text
        elif act.kind is Kind.PROPOSED:
            self.proposed_sha256, self.proposed_at = act.text, act.at
        elif act.kind is Kind.ARRIVED:
            if self.present(act.by) is None:
                self.presences.append(Presence(act.by, act.at, None))
        elif act.kind is Kind.LEFT:
            stay = self.present(act.by)
            if stay is not None:
                self.presences[self.presences.index(stay)] = Presence(act.by, stay.arrived, act.at)
        else:
            self._take_on_candidates(act)

    def present(self, person: int) -> Presence | None:
        """The stay of a person that has not ended."""
        return next((stay for stay in self.presences if stay.person == person and stay.left is None), None)

    @property
    def placed(self) -> set[UUID]:
        """Observations that are in a candidate."""
        return {each for candidate in self.candidates.values() for each in candidate.observations}

    def _stage_problem(self, text: str) -> Sentence | None:
        if text not in set(Stage):
            return Sentence(_("“%(stage)s” is no step of the meeting."), {"stage": text})
        if Stage(text) not in STAGES[self.stage]:
            return Sentence(_("The meeting cannot take this step now."))
        if Stage(text) is Stage.VOTING and not self.candidates:
            return Sentence(_("There is no candidate to vote on yet."))
        return None

    def _take_on_candidates(self, act: Act) -> None:
        if act.kind is Kind.MADE and act.candidate is not None:
            self.candidates[act.candidate] = Candidate(act.text.strip())
        elif act.kind is Kind.RENAMED and act.candidate is not None:
            self.candidates[act.candidate].name = act.text.strip()
        elif act.kind is Kind.DROPPED and act.candidate is not None:
            del self.candidates[act.candidate]
        elif act.kind is Kind.VOTED and act.candidate is not None:
            self.candidates[act.candidate].votes[act.by] = Choice(act.text)
        elif act.observation is not None:
            for candidate in self.candidates.values():
                if act.observation in candidate.observations:
                    candidate.observations.remove(act.observation)
            if act.kind is Kind.PLACED and act.candidate is not None:
                self.candidates[act.candidate].observations.append(act.observation)


def replay(acts: Iterable[Act]) -> Room:
    """The room after all acts, in order. `ValueError` for an act that could not follow."""
    room = Room()
    for act in acts:
        if problem := room.problem(act):
            raise ValueError(str(problem))
        room.take(act)
    return room
