"""Which ratings a table speaks about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

SPECIALTIES = {"surgeon": "surgeons", "radiologist": "radiologists", "other": "other readers"}
DIRECTIONS = {"AB": "videos shown A→B", "BA": "videos shown B→A"}


@dataclass(frozen=True)
class Selection:
    """A subgroup: '' means all. Raises ValueError for a specialty or direction that there is not."""

    specialty: str = ""
    direction: str = ""

    def __post_init__(self) -> None:
        if self.specialty and self.specialty not in SPECIALTIES:
            raise ValueError(f"Specialty is one of {', '.join(SPECIALTIES)}, not {self.specialty!r}.")
        if self.direction and self.direction not in DIRECTIONS:
            raise ValueError(f"Direction is AB or BA, not {self.direction!r}.")

    @property
    def everything(self) -> bool:
        return not (self.specialty or self.direction)

    def words(self) -> str:
        """'' for everything, else for example 'surgeons only, videos shown A→B only'."""
        parts = (SPECIALTIES.get(self.specialty), DIRECTIONS.get(self.direction))
        return ", ".join(f"{part} only" for part in parts if part)

    def of(self, ratings: DataFrame) -> DataFrame:
        """The rows of a ratings frame (columns specialty, direction) that belong to the subgroup."""
        if self.specialty:
            ratings = ratings[ratings["specialty"] == self.specialty]
        if self.direction:
            ratings = ratings[ratings["direction"] == self.direction]
        return ratings
