"""What a reader has to do next, in every study that the person reads in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import F, Max
from django.utils import timezone

from readers.models import Assignment, Reader
from readers.protocol import washout
from readers.protocol.participation import State
from readers.protocol.phases import Facts, Phase, phase_of
from readers.selectors.access import current_assignment, reopenable_cases
from readers.selectors.facts import facts_by_reader, facts_of
from readers.selectors.participation import state_of, states_of
from readers.selectors.submissions import submitted
from readers.selectors.viewing import active_seconds

PACE_OF = 10  # latest cases: a pace of weeks ago says little about today's


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
    """Tasks of a person, those that can be worked on first."""
    readers = Reader.objects.filter(user=user, study__archived_at=None).select_related("study")
    facts, states = facts_by_reader(readers), states_of(readers)
    tasks = [
        _task(reader, facts[reader.pk], states[reader.pk]) for reader in readers.order_by("enrolled_at", "pk")
    ]
    return sorted(tasks, key=lambda task: task.next_case is None)


def next_case(reader: Reader) -> UUID | None:
    """The case that a reader may open now, if there is one."""
    return _task(reader, facts_of(reader), state_of(reader)).next_case


def _task(reader: Reader, facts: Facts, state: State) -> Task:
    now = timezone.now()
    phase = phase_of(facts, now=now)
    done, total = {
        Phase.TRAINING: (facts.training_submitted, facts.n_training),
        Phase.EXPLORATORY: (facts.exploratory_submitted, facts.n_exploratory),
    }.get(phase, (facts.blinded_submitted, facts.n_blinded))
    current = current_assignment(reader, phase) if state is State.ACTIVE else None
    return Task(
        reader=reader,
        state=state,
        phase=phase,
        done=done,
        total=total,
        next_case=current.public_id if current else None,
        opens_at=facts.opens_at,
        left=washout.remaining(opens_at=facts.opens_at, now=now) if facts.opens_at else None,
        minutes_left=_minutes_left(reader, phase, total - done) if current else None,
        reopenable=reopenable_cases(reader, phase) if state is State.ACTIVE else [],
    )


def _minutes_left(reader: Reader, phase: Phase, n_left: int) -> int | None:
    """From the active time of the latest cases; where no log was kept, from opening to submission."""
    finished = submitted(Assignment.objects.filter(reader=reader, phase=phase))
    latest = list(
        finished.annotate(opened=Max("exposures__opened_at"), done=Max("submissions__submitted_at"))
        .filter(opened__lte=F("done"))
        .order_by("-done")[:PACE_OF]
    )
    active = active_seconds(Assignment.objects.filter(pk__in=[case.pk for case in latest]))
    seconds = [active.get(case.pk, (case.done - case.opened).total_seconds()) for case in latest]
    return max(1, round(median(seconds) * n_left / 60)) if seconds else None
