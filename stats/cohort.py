"""Reads for Table 1: the cohort and the model behind a study's videos."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt

from django.db.models import Avg, Count, F, FloatField, Q, QuerySet, Sum, Value

from generation.models import Radiograph, TrainedModel
from readers.models import Study
from stats.report import CohortFacts, GroupFacts, Spread


@dataclass(frozen=True)
class Origin:
    """Where the videos of a study come from. ``remark`` says so when there is more than one origin."""

    model: TrainedModel
    cohort: CohortFacts | None
    remark: str = ""


def origin(study: Study) -> Origin | None:
    """The model of most videos, with its cohort; None where no video is held, only ratings."""
    rows = study.study_videos.filter(video__isnull=False).values_list(
        "video__trained_model", "video__group_from", "video__group_to"
    )
    origins = Counter(rows)
    if not origins:
        return None
    (model_pk, group_a, group_b), n_videos = origins.most_common(1)[0]
    model = TrainedModel.objects.select_related("cohort").get(pk=model_pk)
    remark = ""
    if len(origins) > 1:
        remark = (
            f"The study's videos come from {len(origins)} combinations of model and groups; this table is "
            f"about the one of {n_videos} of {origins.total()} videos."
        )
    return Origin(model, _cohort(study, model, group_a, group_b), remark)


def _cohort(study: Study, model: TrainedModel, group_a: str, group_b: str) -> CohortFacts | None:
    cohort = model.cohort
    if cohort is None:
        return None
    radiographs = Radiograph.objects.filter(cohort=cohort)
    return CohortFacts(
        title=str(cohort),
        source=cohort.source,
        everybody=_group("All", radiographs),
        a=_group(study.group_a, radiographs.filter(group=group_a)),
        b=_group(study.group_b, radiographs.filter(group=group_b)),
    )


def _group(name: str, radiographs: QuerySet[Radiograph]) -> GroupFacts:
    counts: dict[str, int] = radiographs.aggregate(
        n_radiographs=Count("pk"),
        n_patients=Count("patient", distinct=True),
        n_female=Count("pk", filter=Q(sex="F")),
        n_sex=Count("pk", filter=~Q(sex="")),
    )
    return GroupFacts(name=name, age=_spread(radiographs, "age"), bmi=_spread(radiographs, "bmi"), **counts)


def _spread(radiographs: QuerySet[Radiograph], column: str) -> Spread:
    """From sums, because SQLite's standard deviation fails where a single value is known."""
    found = radiographs.aggregate(n=Count(column), mean=Avg(column))
    n, mean = found["n"], found["mean"]
    if n < 2:
        return Spread(n, mean)
    deviation = F(column) - Value(mean, output_field=FloatField())
    squares = radiographs.aggregate(sum=Sum(deviation * deviation))["sum"]
    return Spread(n, mean, sqrt(squares / (n - 1)))
