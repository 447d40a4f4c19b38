"""How a case stands, in one query: what decides whether it may be opened, and what its page says of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from readers.models import Assignment, Exposure, Unlock
from readers.protocol.participation import State, state_after
from readers.selectors.participation import latest_event
from readers.selectors.signatures import protocol_signatures
from readers.selectors.submissions import submitted, unsubmitted


@dataclass(frozen=True)
class Standing:
    """`state` of its reader; `approved`: the protocol needs no signature before this case is opened;
    `submitted`: its submission was not unlocked; `opened`: a viewing is on record; `in_turn`: it is the
    first of its phase, of `total`, that is not submitted; `unlocked`: why a coordinator reopened it, or ''.
    """

    state: State
    approved: bool
    submitted: bool
    opened: bool
    in_turn: bool
    total: int
    unlocked: str


def standing_of(assignment: Assignment) -> Standing:
    """The standing of an assignment now."""
    study = assignment.reader.study
    case = Assignment.objects.filter(pk=assignment.pk)
    of_phase = Assignment.objects.filter(reader=OuterRef("reader"), phase=OuterRef("phase")).order_by()
    before = of_phase.filter(position__lt=OuterRef("position"))
    unlocks = Unlock.objects.filter(submission__assignment=OuterRef("pk")).order_by("-pk")
    row = case.values(
        latest=latest_event("reader"),
        signed=Exists(protocol_signatures(study)),
        begun=Exists(Exposure.objects.filter(assignment__reader__study=study)),
        is_submitted=Exists(submitted(case)),
        opened=Exists(Exposure.objects.filter(assignment=OuterRef("pk"))),
        waits=Exists(unsubmitted(before)),
        total=Subquery(of_phase.values("phase").annotate(n=Count("pk")).values("n")),
        unlocked=Coalesce(Subquery(unlocks.values("reason")[:1]), Value("")),
    ).get()
    return Standing(
        state=state_after(row["latest"]),
        approved=not study.sign_off_required or row["signed"] or row["begun"],
        submitted=row["is_submitted"],
        opened=row["opened"],
        in_turn=not row["is_submitted"] and not row["waits"],
        total=row["total"],
        unlocked=row["unlocked"],
    )
