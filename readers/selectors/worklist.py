"""What a reader has to do next, in every study that the person reads in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from readers.models import Assignment, Reader
from readers.models.choices import VideoPhase
from readers.protocol import washout
from readers.protocol.participation import State
from readers.protocol.phases import Facts, Phase, phase_of
from readers.selectors.access import current_assignment, reopenable_cases
from readers.selectors.facts import facts_by_reader, facts_of
from readers.selectors.pace import seconds_a_video
from readers.selectors.participation import state_of, states_of
from readers.selectors.submissions import unsubmitted


@dataclass(frozen=True)
class Task:
    """Where a reader stands in one study: `done` of `total` videos of the phase, and the next case if any.

    `state`: whether the reader takes part; without that there is no next case.
    `opens_at`: when the blinded phase opens, if that is known; `left`: time until then, zero once open.
    `minutes_left`: for the rest of the phase at the reader's own pace, None before the first submission.
    `reopenable`: exploratory cases that may be looked at again, which restarts the washout.
    """

    reader: Reader
    state: State
    phase: Phase
    done: int
    total: int
    next_case: UUID | None
    opens_at: datetime | None
    left: timedelta | None
    minutes_left: int | None
    reopenable: list[UUID]


def worklist(user: User) -> list[Task]:
    """Tasks of a person, those that can be worked on first; as many queries for many studies as for one."""
    mine = Reader.objects.filter(user=user, study__archived_at=None)
    facts, states, cases = facts_by_reader(mine), states_of(mine), _next_cases(mine)
    now = timezone.now()
    phases = {pk: phase_of(fact, now=now) for pk, fact in facts.items()}
    readers = list(mine.select_related("study__room").order_by("enrolled_at", "pk"))
    active = [reader for reader in readers if states[reader.pk] is State.ACTIVE]
    waiting = {reader.pk: cases[reader.pk].get(phases[reader.pk]) for reader in active}
    pace = seconds_a_video({pk: phases[pk] for pk, case in waiting.items() if case})
    reopenable = reopenable_cases({reader: phases[reader.pk] for reader in active})
    tasks = []
    for reader in readers:
        fact, phase = facts[reader.pk], phases[reader.pk]
        done, total = _progress(fact, phase)
        seconds = pace.get(reader.pk)
        tasks.append(
            Task(
                reader=reader,
                state=states[reader.pk],
                phase=phase,
                done=done,
                total=total,
                next_case=waiting.get(reader.pk),
                opens_at=fact.opens_at,
                left=washout.remaining(opens_at=fact.opens_at, now=now) if fact.opens_at else None,
                minutes_left=max(1, round(seconds * (total - done) / 60)) if seconds is not None else None,
                reopenable=reopenable.get(reader.pk, []),
            )
        )
    return sorted(tasks, key=lambda task: task.next_case is None)


def next_case(reader: Reader) -> UUID | None:
    """The case that a reader may open now, if there is one."""
    if state_of(reader) is not State.ACTIVE:
        return None
    current = current_assignment(reader, phase_of(facts_of(reader), now=timezone.now()))
    return current.public_id if current else None


def _next_cases(readers: QuerySet[Reader]) -> dict[int, dict[Phase, UUID]]:
    """Each reader's first case of each phase that is not submitted, by primary key, in one query."""
    firsts = {
        f"next_{phase}": Subquery(
            unsubmitted(Assignment.objects.filter(reader=OuterRef("pk"), phase=phase))
            .order_by("position")
            .values("public_id")[:1]
        )
        for phase in VideoPhase.values
    }
    return {
        row["pk"]: {Phase(phase): case for phase in VideoPhase.values if (case := row[f"next_{phase}"])}
        for row in readers.annotate(**firsts).values("pk", *firsts)
    }


def _progress(facts: Facts, phase: Phase) -> tuple[int, int]:
    """Videos done and in all, of the phase or, between phases, of the blinded one."""
    return {
        Phase.TRAINING: (facts.training_submitted, facts.n_training),
        Phase.EXPLORATORY: (facts.exploratory_submitted, facts.n_exploratory),
    }.get(phase, (facts.blinded_submitted, facts.n_blinded))
