"""How long readers take for a video, from what they read last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from statistics import median
from typing import Any

from django.db.models import F, Max

from readers.models import Assignment
from readers.protocol.phases import Phase
from readers.selectors.submissions import submitted
from readers.selectors.viewing import active_seconds

PACE_OF = 10  # latest cases: a pace of weeks ago says little about today's


def seconds_a_video(phases: Mapping[int, Phase]) -> dict[int, float]:
    """Median seconds for a video of the given phase, by the reader's primary key; none before a submission.

    From the active time of the latest cases; where no log was kept, from opening to submission.
    """
    finished = (
        submitted(Assignment.objects.filter(reader__in=list(phases), phase__in=set(phases.values())))
        .annotate(opened=Max("exposures__opened_at"), done=Max("submissions__submitted_at"))
        .filter(opened__lte=F("done"))
        .order_by("-done")
    )
    latest: defaultdict[int, list[Any]] = defaultdict(list)
    for case in finished:
        if case.phase == phases[case.reader_id] and len(latest[case.reader_id]) < PACE_OF:
            latest[case.reader_id].append(case)
    chosen = [case.pk for cases in latest.values() for case in cases]
    active = active_seconds(Assignment.objects.filter(pk__in=chosen))
    return {
        reader: median(active.get(case.pk, (case.done - case.opened).total_seconds()) for case in cases)
        for reader, cases in latest.items()
    }
