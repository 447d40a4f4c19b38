"""Which ratings a table speaks about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

SPECIALTIES = {"surgeon": "surgeons", "radiologist": "radiologists", "other": "other readers"}
DIRECTIONS = {"AB": "videos shown A→B", "BA": "videos shown B→A"}
PHASES = ("blinded", "exploratory")


class UnknownChoice(ValueError):
    """A subgroup was asked for that there is not; the message says which ones there are."""


@dataclass(frozen=True)
class Selection:
    """A subgroup; '' means all. ``criterion`` is a key of the form.

    Raises ``UnknownChoice`` for a specialty, direction or phase that there is not.
    """

    specialty: str = ""
    direction: str = ""
    criterion: str = ""
    phase: str = "blinded"

    def __post_init__(self) -> None:
        if self.specialty and self.specialty not in SPECIALTIES:
            raise UnknownChoice(f"Specialty is one of {', '.join(SPECIALTIES)}, not {self.specialty!r}.")
        if self.direction and self.direction not in DIRECTIONS:
            raise UnknownChoice(f"Direction is AB or BA, not {self.direction!r}.")
        if self.phase not in PHASES:
            raise UnknownChoice(f"Phase is one of {', '.join(PHASES)}, not {self.phase!r}.")

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Selection:
        """The selection that an address names, as ``?specialty=surgeon``; other keys are left alone."""
        return cls(**{field.name: query[field.name] for field in fields(cls) if query.get(field.name)})

    def as_query(self) -> dict[str, str]:
        """What ``from_query`` reads; empty for the default."""
        default = asdict(Selection())
        return {key: value for key, value in asdict(self).items() if value != default[key]}

    @property
    def everything(self) -> bool:
        """All ratings of the blinded phase are in, be it of one criterion alone."""
        return not (self.specialty or self.direction) and self.phase == "blinded"

    def words(self) -> str:
        """'' for everything, else for example 'surgeons only, videos shown A→B only'."""
        parts = [SPECIALTIES.get(self.specialty), DIRECTIONS.get(self.direction)]
        parts += [f"criterion {self.criterion.replace('_', ' ')}"] if self.criterion else []
        parts += [f"{self.phase} phase"] if self.phase != "blinded" else []
        return ", ".join(f"{part} only" for part in parts if part)

    @property
    def in_title(self) -> str:
        """The words in brackets, to follow a table's title; '' for everything."""
        return f" ({self.words()})" if self.words() else ""

    def shows(self, criterion: str) -> bool:
        """Whether the rows of a criterion are printed."""
        return self.criterion in ("", criterion)

    def of(self, ratings: DataFrame) -> DataFrame:
        """The rows of a ratings frame (columns specialty, direction) that belong to the subgroup.

        All criteria stay: the p of one is adjusted for all that were tested. ``shows`` picks what is printed.
        """
        if self.specialty:
            ratings = ratings[ratings["specialty"] == self.specialty]
        if self.direction:
            ratings = ratings[ratings["direction"] == self.direction]
        return ratings
