"""Which cases are submitted: those whose latest submission was not unlocked."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from readers.models import Assignment, Reader, Submission
from readers.protocol.phases import Phase


def standing(path: str = "") -> Q:
    """Condition on the submission that counts; `path` leads to `Submission`, for example "submissions__".

    At most one submission of a case has no unlock, because the next one needs the unlock of the one before.
    """
    return Q(**{f"{path}pk__isnull": False, f"{path}unlock__isnull": True})


def standing_of(case: str) -> QuerySet[Submission]:
    """The submission that counts, as a subquery; `case` is the path from the outer rows to the case's key."""
    return Submission.objects.filter(standing(), assignment=OuterRef(case))


def submitted(cases: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those of the cases that are submitted."""
    return cases.filter(Exists(standing_of("pk")))


def unsubmitted(cases: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those of the cases that are not submitted, or were unlocked."""
    return cases.filter(~Exists(standing_of("pk")))


def standing_submission(assignment: Assignment) -> Submission | None:
    """The submission that counts, None while the case is open."""
    return Submission.objects.filter(standing(), assignment=assignment).first()


def cases_with_submissions(reader: Reader) -> list[Assignment]:
    """A reader's blinded cases in the order of reading, with `versions`: their submissions, in order."""
    cases = Assignment.objects.filter(reader=reader, phase=Phase.BLINDED).order_by("position")
    versions = Submission.objects.select_related("unlock__by").order_by("version")
    return list(cases.prefetch_related(Prefetch("submissions", versions, to_attr="versions")))
