"""The real side of a quality report: films with their conditions, and what is known to be true of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.imaging.canonical import area_average, canonical, read_png
from generation.imaging.dicom import read_dicom
from generation.simulation.attributes import NAMES

Images = NDArray[np.uint8]
NUMBERS = ("age", "bmi")


class FilmsUnusable(Exception):
    """A folder of films cannot be used; the message names the file and what to do."""


@dataclass(frozen=True)
class Films:
    """``images`` (n, S, S) and a row of conditions each. ``numbers``: what a probe can learn to read (n,).

    ``counterparts`` (n, S, S): each person in the other group, in truth; only simulated films have them.
    """

    images: Images
    conditions: Sequence[Mapping[str, str | float | None]]
    numbers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    counterparts: Images | None = None

    def __len__(self) -> int:
        return len(self.images)

    def column(self, name: str) -> NDArray[np.str_]:
        """The value of a condition on each film, as text."""
        return np.array([str(row.get(name)) for row in self.conditions])

    def only(self, chosen: NDArray[np.int64]) -> Films:
        """Some of the films."""
        return Films(
            self.images[chosen],
            [self.conditions[index] for index in chosen],
            {name: values[chosen] for name, values in self.numbers.items()},
            None if self.counterparts is None else self.counterparts[chosen],
        )


def simulated_films(folder: Path, *, size: int, at_most: int | None = None) -> Films:
    """Films of a ``simulate_cohort`` folder at ``size`` pixels, with the planted attributes as numbers.

    ``at_most`` takes that many, evenly spread over the registry. Raises FilmsUnusable.
    """
    registry, truth = _rows(folder / "registry.csv"), _rows(folder / "truth" / "truth.csv")
    if at_most is not None and at_most < len(registry):
        chosen = np.linspace(0, len(registry) - 1, at_most).round().astype(int)
        registry, truth = [registry[index] for index in chosen], [truth[index] for index in chosen]
    others = folder / "truth" / "counterparts"
    numbers = {name: np.array([float(row[f"planted_{name}"]) for row in truth]) for name in NAMES}
    numbers |= {name: np.array([float(row[name]) for row in registry]) for name in NUMBERS}
    return Films(
        np.array([_film(folder / "images" / row["file"], size) for row in registry]),
        [{name: float(row[name]) if name in NUMBERS else row[name] for name in row} for row in registry],
        numbers,
        np.array([_film(others / f"{row['patient']}.png", size) for row in truth])
        if others.is_dir()
        else None,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except OSError as error:
        raise FilmsUnusable(
            f"{path} cannot be read ({error.strerror}); simulate_cohort writes it."
        ) from error


def _film(path: Path, size: int) -> Images:
    try:
        if path.suffix == ".png":
            return area_average(read_png(path), rows=size, columns=size)
        picture = read_dicom(path)
        return area_average(canonical(picture.grey(picture.stored_values())), rows=size, columns=size)
    except OSError as error:
        raise FilmsUnusable(f"{path} cannot be read ({error}); simulate_cohort writes it.") from error
