"""What every picture file gives, whatever its format, and how a file is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from generation.imaging.spacing import Plane

# A 17 × 17 inch detector at 0.1 mm has 19 million pixels; a header that claims far more is damaged.
MAX_PIXELS = 64_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """Technical facts for the report. Nothing here can name a person."""

    transfer_syntax: str = ""
    photometric: str = ""
    rows: int | None = None
    columns: int | None = None
    bits: int | None = None
    burned_in_stated: bool = True
    pixel_mm: float | None = None
    pixel_plane: Plane = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What a header says of the patient: kept in memory until files are joined to the registry."""

    patient_id: str = ""
    accession: str = ""
    sex: str = ""
    age: float | None = None
    sop_instance_uid: str = ""


class Refusal(Exception):
    """A file cannot be used as it is. ``reason`` quotes nothing that the file says about a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Picture(Protocol):
    """An opened file whose pixels are not decoded yet."""

    facts: Facts
    person: Person

    def refuse_unfit(self) -> None:
        """Raise Refusal if the header alone shows that the picture cannot be taken."""

    def doubt(self) -> str:
        """Return why a person has to look at the picture first; '' if the header gives no reason."""

    def stored_values(self) -> NDArray[np.generic]:
        """Decode: rows × columns, or rows × columns × channels, as stored."""

    def grey(self, stored: NDArray[np.generic]) -> NDArray[np.uint8]:
        """Map the stored values to grey: rows × columns, 0 black, 255 white."""


def refuse_size(rows: int, columns: int) -> None:
    """Raise Refusal for an empty picture or one that is too large to decode safely."""
    if rows < 1 or columns < 1:
        raise Refusal("the picture has no rows or no columns")
    if rows * columns > MAX_PIXELS:
        raise Refusal(f"the header claims {rows} × {columns} pixels; at most {MAX_PIXELS:,} are decoded")
