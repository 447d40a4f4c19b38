"""The facts from which a reader's phase follows, read in one query."""

from __future__ import annotations

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from readers.models import Reader, Study
from readers.protocol.phases import Facts, Phase, phase_of
from readers.selectors.submissions import standing


def facts_by_reader(readers: QuerySet[Reader]) -> dict[int, Facts]:
    """Facts of each reader, by primary key."""
    training, exploratory, blinded = (
        Q(assignments__phase=phase) for phase in (Phase.TRAINING, Phase.EXPLORATORY, Phase.BLINDED)
    )
    counts = standing("assignments__submissions__")
    rows = readers.select_related("study").annotate(
        training_submitted=Count("assignments__submissions", distinct=True, filter=training & counts),
        exploratory_submitted=Count("assignments__submissions", distinct=True, filter=exploratory & counts),
        blinded_submitted=Count("assignments__submissions", distinct=True, filter=blinded & counts),
        last_opening=Max("assignments__exposures__opened_at", filter=exploratory),
        last_submission=Max("assignments__submissions__submitted_at", filter=exploratory),
    )
    return {
        row.pk: Facts(
            n_training=row.study.n_training,
            training_submitted=row.training_submitted,
            n_exploratory=row.study.n_exploratory,
            exploratory_submitted=row.exploratory_submitted,
            n_blinded=row.study.n_readings,
            blinded_submitted=row.blinded_submitted,
            washout_days=row.study.washout_days,
            washout_anchor=row.study.washout_anchor,
            last_opening=row.last_opening,
            last_submission=row.last_submission,
            form_locked_at=row.study.form_locked_at,
            clock_days=row.study.clock_days,
        )
        for row in rows
    }


def facts_of(reader: Reader) -> Facts:
    """Facts of one reader."""
    return facts_by_reader(Reader.objects.filter(pk=reader.pk))[reader.pk]


def phases_of_study(study: Study) -> dict[int, Phase]:
    """Phase of every reader of a study now, by primary key."""
    now = timezone.now()
    facts = facts_by_reader(Reader.objects.filter(study=study))
    return {pk: phase_of(fact, now=now) for pk, fact in facts.items()}
