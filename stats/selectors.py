"""Reads for tables: ratings as a frame, the study's words, and who may see results."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from readers.models import Answer, Assignment, Membership, Reader, Study
from readers.models.choices import VideoKind
from readers.permissions import may_see_results
from readers.protocol.forms import question
from readers.selectors.ratings import Rating, ratings
from readers.selectors.submissions import standing, submitted
from stats import reconstruction
from stats.errors import ResultsClosed
from stats.ordinal import a_to_b
from stats.report import CriterionFacts, StudyFacts

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = (*(field.name for field in fields(Rating)), "score_ab")


def study_ratings(
    study: Study,
    *,
    phase: str = "blinded",
    readings: tuple[int, ...] = (1,),
    kind: str = VideoKind.COUNTERFACTUAL,
    include_withdrawn: bool = False,
) -> DataFrame:
    """Ratings of one phase, one row each: the fields of ``readers``' ``Rating`` and ``score_ab``.

    ``score`` is the answer as shown, ``score_ab`` what it says about A→B. Only submitted cases count; second
    readings, null videos and what withdrawn readers submitted only when they are asked for.
    """
    from pandas import DataFrame

    rows = [
        {**asdict(rating), "score_ab": a_to_b(rating.score, rating.direction)}
        for reading in readings
        for rating in ratings(study, reading=reading, kind=kind, include_withdrawn=include_withdrawn)
        if rating.phase == phase
    ]
    return DataFrame(rows, columns=list(COLUMNS))


def withdrawn_with_ratings(study: Study) -> list[str]:
    """Codes of withdrawn readers whose submitted ratings the tables leave out."""
    left = Reader.objects.filter(study=study, events__kind="withdrawn")
    return list(
        left.filter(assignments__answers__isnull=False, assignments__submissions__isnull=False)
        .distinct()
        .order_by("code")
        .values_list("code", flat=True)
    )


def study_facts(study: Study) -> StudyFacts:
    """The study's own words, as the tables quote them."""
    criteria = tuple(
        CriterionFacts(
            key=criterion.key,
            name=criterion.name,
            anchors=tuple(criterion.anchors),
            finding_low=criterion.finding_low or "Decreased",
            finding_high=criterion.finding_high or "Increased",
        )
        for criterion in study.criteria.order_by("position")
    )
    return StudyFacts(
        slug=study.slug,
        title=study.title,
        group_a=study.group_a,
        group_b=study.group_b,
        question=question(
            study.question_template,
            criterion="[criterion]",
            group_a=study.group_a,
            group_b=study.group_b,
            direction="AB",
            conceal_direction=study.conceal_direction,
        ),
        criteria=criteria,
        notice=study.notice,
        remarks=reconstruction.REMARKS if study.slug == reconstruction.SLUG else {},
    )


def study_with_results(*, user: User, slug: str) -> Study:
    """The study, if this person may see its results now.

    Raises ``Study.DoesNotExist`` for whoever has no part in its results (readers and strangers: the two look
    alike), and ``ResultsClosed`` with the reason for a coordinator or monitor who may not see them now.
    """
    study = Study.objects.get(slug=slug)
    if may_see_results(user=user, study=study):
        return study
    team = study.memberships.filter(user_id=user.pk).exclude(role=Membership.Role.READER)
    roles = set(team.values_list("role", flat=True))
    if Membership.Role.COORDINATOR in roles:
        raise ResultsClosed(
            _(
                "Results open to coordinators once every reader has finished, so that nobody who can still "
                "influence the reading has seen an answer."
            )
        )
    if roles:
        raise ResultsClosed(_("Results are for the analysts of this study."))
    raise Study.DoesNotExist


def specialties_of(study: Study) -> list[str]:
    """Specialties that readers of the study have, in alphabetical order."""
    found = Reader.objects.filter(study=study).values_list("specialty", flat=True)
    return sorted(set(found))


def phases_of(study: Study) -> list[str]:
    """Phases that the study has ratings of, the blinded one first and always."""
    rated = Answer.objects.filter(standing("assignment__submissions__"), assignment__reader__study=study)
    found = set(rated.values_list("assignment__phase", flat=True))
    return ["blinded", *sorted(found - {"blinded"})]


def progress(study: Study) -> tuple[int, int]:
    """(submitted, all) blinded cases of the study."""
    cases = Assignment.objects.filter(reader__study=study, phase="blinded")
    return submitted(cases).count(), cases.count()


def case_times(study: Study, *, phase: str = "blinded") -> DataFrame:
    """Submitted cases, one row each: reader, specialty, direction, position, seconds.

    ``seconds`` run from the last opening before the submission; a case without a viewing is left out.
    """
    from pandas import DataFrame

    columns = ["reader", "specialty", "direction", "position", "seconds"]
    before = Q(exposures__opened_at__lte=F("submissions__submitted_at"))
    cases = (
        Assignment.objects.filter(standing("submissions__"), reader__study=study, phase=phase, reading=1)
        .filter(study_video__kind=VideoKind.COUNTERFACTUAL)
        .annotate(opened_at=Max("exposures__opened_at", filter=before))
        .filter(opened_at__isnull=False)
        .order_by("reader__code", "position")
        .values_list(
            "reader__code",
            "reader__specialty",
            "direction",
            "position",
            "opened_at",
            "submissions__submitted_at",
        )
    )
    rows = [(*case, (submitted - opened).total_seconds()) for *case, opened, submitted in cases]
    return DataFrame(rows, columns=columns)


def may_compute_agreement(user: User) -> bool:
    """Whether this person may have a ratings file computed: analysts of any study, and staff."""
    return user.is_staff or Membership.objects.filter(user_id=user.pk, role=Membership.Role.ANALYST).exists()
