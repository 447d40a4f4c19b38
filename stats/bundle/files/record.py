"""Everything that a bundle tells of a study, and the same with the groups and directions taken out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from readers.protocol.observations import Note
from stats.report import StudyFacts, Table

if TYPE_CHECKING:
    from pandas import DataFrame

# Columns of the ratings that tell, alone or with the score as shown, which way a video ran.
TELLING = ("direction", "score_ab", "label_ab")


@dataclass(frozen=True)
class ReaderRecord:
    """One reader: ``n_assigned`` blinded cases, ``n_submitted`` of them finished.

    ``washout_days`` is the washout that really passed, from the last exploratory viewing to the first blinded
    one, in days of 24 hours; None where either is not on record.
    """

    code: str
    specialty: str
    n_assigned: int
    n_submitted: int
    washout_days: float | None = None


@dataclass(frozen=True)
class CaseTime:
    """One submitted case: seconds of active reading and different frames seen; None where no log was kept.

    ``reading`` is 2 where a video was read again; ``kind`` is "null" for a video without a change.
    """

    video: str
    reader: str
    position: int
    active_s: float | None
    frames_seen: int | None
    n_frames: int | None
    reading: int = 1
    kind: str = "counterfactual"


@dataclass(frozen=True)
class Unjudged:
    """A criterion that a reader could not judge; ``reason`` is in the reader's words."""

    criterion: str
    video: str
    reader: str
    reason: str


@dataclass(frozen=True)
class Act:
    """An act of a coordinator on a reader or, with a ``video``, on a submitted case: unlock, withdrawn …

    ``unblinded``: the results were open to the coordinator by then.
    """

    at: datetime
    act: str
    reader: str
    video: str
    unblinded: bool


@dataclass(frozen=True)
class StudyRecord:
    """A study as its bundle tells it.

    ``ratings`` has a row a rating, with the columns of ``columns.long_columns``; ``times`` a row a case, as
    ``report.figures.FigureData`` wants it; ``origin`` are tables on cohort and model, where they are known.
    """

    facts: StudyFacts
    ratings: DataFrame
    times: DataFrame
    origin: tuple[Table, ...]
    readers: tuple[ReaderRecord, ...]
    n_exploratory: int
    n_blinded: int
    washout_days: int
    conceal_direction: bool
    form_sha256: str
    form_locked_at: datetime | None
    allocation_algorithm: str
    allocation_seed: int | None
    case_times: tuple[CaseTime, ...] = ()
    not_judged: tuple[Unjudged, ...] = ()
    notes: tuple[Note, ...] = ()
    acts: tuple[Act, ...] = ()
    blinded: bool = False

    @property
    def code(self) -> str:
        """The column that results are computed from."""
        return "score" if self.blinded else "score_ab"

    @property
    def coding(self) -> str:
        """What that column says, for people."""
        return "as shown, whichever way the video ran" if self.blinded else "A→B"

    @property
    def name(self) -> str:
        """Name of the bundle's folder and file."""
        return f"{self.facts.slug}-bundle{'-blinded' if self.blinded else ''}"


def blinded(record: StudyRecord) -> StudyRecord:
    """The same record without anything that tells a group or a direction.

    Left out: direction, A→B codes, the names of the groups, the study's title, slug and remarks (they may
    name them), the question (it does unless directions are concealed), the words of findings, and the
    allocation seed, from which directions can be drawn again, the tables on cohort and model, and the notes
    of the exploratory phase. The study is called after its form's hash.
    """
    study = f"study-{record.form_sha256[:12]}"
    criteria = tuple(replace(c, finding_low="", finding_high="") for c in record.facts.criteria)
    facts = replace(
        record.facts,
        slug=study,
        title="Blinded reader study",
        group_a="",
        group_b="",
        question=record.facts.question if record.conceal_direction else "",
        criteria=criteria,
        remarks={},
    )
    ratings = record.ratings.drop(columns=list(TELLING)).assign(study=study)
    # Readers' own words may tell what they thought to see.
    not_judged = tuple(replace(each, reason="") for each in record.not_judged)
    return replace(
        record,
        facts=facts,
        ratings=ratings,
        origin=(),
        allocation_seed=None,
        not_judged=not_judged,
        notes=(),
        blinded=True,
    )
