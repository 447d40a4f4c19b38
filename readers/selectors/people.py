"""The readers of a study as its coordinator sees them: where each stands, who needs a look. No answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min
from django.utils import timezone

from readers.models import Answer, Deviation, Exposure, Reader, Study, Submission
from readers.protocol import washout
from readers.protocol.attention import Attention, Standing, attention
from readers.protocol.participation import Event, State, possible_events
from readers.protocol.phases import Facts, Phase, phase_of
from readers.protocol.timeline import Step, timeline
from readers.selectors.facts import facts_by_reader
from readers.selectors.participation import states_of
from readers.selectors.signatures import readers_to_sign

Times = Mapping[tuple[int, str], tuple[datetime, datetime]]


@dataclass(frozen=True)
class Row:
    """One reader: `done` of `total` videos of the phase, the washout `left`, and what can happen now."""

    reader: Reader
    state: State
    phase: Phase
    facts: Facts
    steps: list[Step]
    left: timedelta | None
    last_active: datetime | None
    n_deviations: int
    attention: list[Attention]
    events: list[Event]

    @property
    def done(self) -> int:
        """Submitted cases of all phases."""
        facts = self.facts
        return facts.training_submitted + facts.exploratory_submitted + facts.blinded_submitted

    @property
    def total(self) -> int:
        """Cases of all phases."""
        return self.facts.n_training + self.facts.n_exploratory + self.facts.n_blinded


@dataclass(frozen=True)
class Record:
    """First and last times of what the readers did, by (reader, phase)."""

    opened: Times
    submitted: Times
    last_answer: Mapping[int, datetime]


def people_of(study: Study) -> list[Row]:
    """A row for each reader, those who need a look first, then by code; a fixed number of queries."""
    now = timezone.now()
    readers = Reader.objects.filter(study=study)
    facts, states, record = facts_by_reader(readers), states_of(readers), _record(study)
    deviations = dict(
        Deviation.objects.filter(study=study, reader__isnull=False)
        .order_by()
        .values_list("reader")
        .annotate(n=Count("pk"))
    )
    unsigned = readers_to_sign(study) if study.form_locked_at is None and study.criteria.exists() else []
    rows = [
        _row(
            reader,
            facts[reader.pk],
            states[reader.pk],
            record,
            n_deviations=deviations.get(reader.pk, 0),
            unsigned=reader in unsigned,
            now=now,
        )
        for reader in readers.select_related("user").order_by("code")
    ]
    order = list(Attention)
    return sorted(rows, key=lambda row: (*(reason not in row.attention for reason in order), row.reader.code))


def _row(
    reader: Reader,
    facts: Facts,
    state: State,
    record: Record,
    *,
    n_deviations: int,
    unsigned: bool,
    now: datetime,
) -> Row:
    phase = phase_of(facts, now=now)
    last_active = _last_active(reader, record)
    began = _began(reader, facts, record)
    readable = phase in (Phase.TRAINING, Phase.EXPLORATORY, Phase.BLINDED)
    standing = Standing(
        state=state,
        phase=phase,
        could_read_since=began.get(phase) if readable else None,
        last_active=last_active,
        has_signed_in=reader.user.last_login is not None or last_active is not None,
        owes_signature=phase is Phase.CONSENSUS and unsigned,
    )
    return Row(
        reader=reader,
        state=state,
        phase=phase,
        facts=facts,
        steps=timeline(phase, phases=_phases(facts), began=began),
        left=_left(facts, phase, now),
        last_active=last_active,
        n_deviations=n_deviations,
        attention=attention(standing, now=now),
        events=list(possible_events(state)),
    )


def _began(reader: Reader, facts: Facts, record: Record) -> dict[Phase, datetime | None]:
    """When each phase began or, the blinded one, will; the washout clock runs from the last viewing."""
    finished = facts.exploratory_submitted >= facts.n_exploratory
    trained = record.submitted.get((reader.pk, Phase.TRAINING))
    blinded = record.submitted.get((reader.pk, Phase.BLINDED))
    locked = blinded and facts.blinded_submitted >= facts.n_blinded
    return {
        Phase.TRAINING: reader.enrolled_at,
        Phase.EXPLORATORY: trained[1] if trained else reader.enrolled_at,
        Phase.CONSENSUS: facts.last_submission if finished else None,
        Phase.WASHOUT: facts.form_locked_at if finished else None,
        Phase.BLINDED: facts.opens_at,
        Phase.LOCKED: blinded[1] if blinded and locked else None,
    }


def _phases(facts: Facts) -> list[Phase]:
    """The phases that the study has."""
    missing = [Phase.TRAINING] * (not facts.n_training) + [Phase.EXPLORATORY] * (not facts.n_exploratory)
    return [phase for phase in Phase if phase not in missing]


def _last_active(reader: Reader, record: Record) -> datetime | None:
    spans = (
        span[1]
        for times in (record.opened, record.submitted)
        for (pk, _phase), span in times.items()
        if pk == reader.pk
    )
    return max(filter(None, (*spans, record.last_answer.get(reader.pk))), default=None)


def _left(facts: Facts, phase: Phase, now: datetime) -> timedelta | None:
    if phase is not Phase.WASHOUT or facts.opens_at is None:
        return None
    return washout.remaining(opens_at=facts.opens_at, now=now)


def _record(study: Study) -> Record:
    """Three queries, whatever the number of readers: joined into one, the rows would multiply."""
    answers = Answer.objects.filter(assignment__reader__study=study).order_by()
    return Record(
        opened=_times(study, Exposure, "opened_at"),
        submitted=_times(study, Submission, "submitted_at"),
        last_answer=dict(answers.values_list("assignment__reader").annotate(last=Max("answered_at"))),
    )


def _times(study: Study, model: type[Exposure] | type[Submission], field: str) -> Times:
    rows = (
        model._default_manager.filter(assignment__reader__study=study)
        .order_by()
        .values_list("assignment__reader", "assignment__phase")
        .annotate(first=Min(field), last=Max(field))
    )
    return {(reader, phase): (first, last) for reader, phase, first, last in rows}
