"""Reads a study's record for its bundle."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, Min, Q, Value

from readers.models import Allocation, Answer, Assignment, Reader, ReaderEvent, Study, Unlock
from readers.selectors.observations import notes_of
from readers.selectors.participation import withdrawn
from readers.selectors.ratings import not_judged
from readers.selectors.submissions import standing, submitted
from readers.selectors.viewing import active_seconds, n_frames_seen
from stats.bundle.files import Act, CaseTime, ReaderRecord, StudyRecord, Unjudged
from stats.selectors import case_times, study_facts, study_ratings
from stats.tables import origin_tables

if TYPE_CHECKING:
    from pandas import DataFrame

DAY_S = 86_400
Case = tuple[str, str]  # video, reader


def study_record(study: Study) -> StudyRecord:
    """Everything that the unblinded bundle tells of a study, from submitted blinded cases alone."""
    drawn = Allocation.objects.filter(reader__study=study, phase="blinded")
    return StudyRecord(
        facts=study_facts(study),
        ratings=_ratings(study),
        times=case_times(study, phase="blinded"),
        origin=tuple(origin_tables(study)),
        readers=_readers(study),
        case_times=_case_times(study),
        not_judged=tuple(
            Unjudged(each.criterion, each.video, each.reader, each.reason) for each in not_judged(study)
        ),
        notes=tuple(notes_of(study)),
        acts=_acts(study),
        n_exploratory=study.n_exploratory,
        n_blinded=study.n_blinded,
        washout_days=study.washout_days,
        conceal_direction=study.conceal_direction,
        form_sha256=study.form_sha256,
        form_locked_at=study.form_locked_at,
        allocation_algorithm=", ".join(sorted(set(drawn.values_list("algorithm", flat=True)))),
        allocation_seed=study.allocation_seed,
    )


def _ratings(study: Study) -> DataFrame:
    """Columns of ``study_ratings`` with the words of the scores, openings, duration and version."""
    from pandas import Series

    ratings = study_ratings(study)
    anchors = {criterion.key: criterion.anchors for criterion in study.criteria.all()}
    opened, versions = _openings(study), _versions(study)
    cases = list(zip(ratings["video"], ratings["reader"], strict=True))
    words = [anchors[criterion] for criterion in ratings["criterion"]]
    opened_at = [opened[case][1] if case in opened else None for case in cases]
    submitted = zip(ratings["submitted_at"], opened_at, strict=True)
    added = {
        "label": [words[i][score - 1] for i, score in enumerate(ratings["score"])],
        "label_ab": [words[i][score - 1] for i, score in enumerate(ratings["score_ab"])],
        "openings": [opened[case][0] if case in opened else 0 for case in cases],
        "opened_at": opened_at,
        "duration_s": [start and (end - start).total_seconds() for end, start in submitted],
        "version": [
            versions[*c, criterion] for c, criterion in zip(cases, ratings["criterion"], strict=True)
        ],
    }
    # As objects, so that a missing opening stays None instead of becoming NaT or NaN in some of the files.
    return ratings.assign(**{name: Series(values, dtype=object) for name, values in added.items()})


def _openings(study: Study) -> dict[Case, tuple[int, datetime]]:
    """How often each submitted case was opened, and when last, both before its submission."""
    before = Q(exposures__opened_at__lte=F("submissions__submitted_at"))
    cases = Assignment.objects.filter(before, standing("submissions__"), reader__study=study, reading=1)
    rows = cases.annotate(times=Count("exposures"), last=Max("exposures__opened_at"))
    return {
        (video, reader): (times, last)
        for video, reader, times, last in rows.values_list(
            "study_video__label", "reader__code", "times", "last"
        )
    }


def _versions(study: Study) -> dict[tuple[str, str, str], int]:
    rows = (
        Answer.objects.filter(assignment__reader__study=study, assignment__reading=1)
        .values_list("assignment__study_video__label", "assignment__reader__code", "criterion__key")
        .annotate(Max("version"))
        .order_by()
    )
    return {(video, reader, criterion): version for video, reader, criterion, version in rows}


def _readers(study: Study) -> tuple[ReaderRecord, ...]:
    blinded, exploratory = Q(assignments__phase="blinded"), Q(assignments__phase="exploratory")
    rows = (
        Reader.objects.filter(study=study)
        .order_by("code")
        .annotate(
            assigned=Count("assignments", distinct=True, filter=blinded),
            submitted=Count(
                "assignments__submissions",
                distinct=True,
                filter=blinded & standing("assignments__submissions__"),
            ),
            last_explored=Max("assignments__exposures__opened_at", filter=exploratory),
            last_finished=Max("assignments__submissions__submitted_at", filter=exploratory),
            first_blinded=Min("assignments__exposures__opened_at", filter=blinded),
        )
    )
    return tuple(
        ReaderRecord(
            code=row.code,
            specialty=row.specialty,
            n_assigned=row.assigned,
            n_submitted=row.submitted,
            washout_days=_days(
                max(filter(None, (row.last_explored, row.last_finished)), default=None), row.first_blinded
            ),
        )
        for row in rows
    )


def _case_times(study: Study) -> tuple[CaseTime, ...]:
    cases = submitted(Assignment.objects.filter(reader__study=study, phase="blinded")).exclude(
        reader__in=withdrawn(study)
    )
    active, seen = active_seconds(cases), n_frames_seen(cases)
    rows = cases.order_by("reader__code", "position").values_list(
        "pk", "study_video__label", "reader__code", "position", "study_video__video__n_frames",
        "reading", "study_video__kind",
    )  # fmt: skip
    return tuple(
        CaseTime(
            video=video,
            reader=reader,
            position=position,
            active_s=round(active[pk], 1) if pk in active else None,
            frames_seen=seen.get(pk, 0) if pk in active else None,
            n_frames=n_frames,
            reading=reading,
            kind=kind,
        )
        for pk, video, reader, position, n_frames, reading, kind in rows
    )


def _acts(study: Study) -> tuple[Act, ...]:
    unlocks = Unlock.objects.filter(submission__assignment__reader__study=study).values_list(
        "at",
        Value("unlock"),
        "submission__assignment__reader__code",
        "submission__assignment__study_video__label",
        "unblinded",
    )
    events = ReaderEvent.objects.filter(reader__study=study).values_list(
        "at", "kind", "reader__code", Value(""), "unblinded"
    )
    return tuple(sorted((Act(*row) for row in [*unlocks, *events]), key=lambda act: act.at))


def _days(last: datetime | None, first: datetime | None) -> float | None:
    if last is None or first is None:
        return None
    return (first - last).total_seconds() / DAY_S
