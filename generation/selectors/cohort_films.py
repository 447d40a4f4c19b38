"""Films of a cohort for a quality report. Nothing here loads torch; it is called by commands alone."""

from __future__ import annotations

import numpy as np

from generation.diffusion.schema import Conditions
from generation.models import Cohort
from generation.quality.films import NUMBERS, Films
from generation.selectors.cohorts import training_arrays


def cohort_films(cohort: Cohort, *, size: int, at_most: int | None = None) -> Films:
    """The films of a cohort at ``size`` pixels; numbers that every film has can be read by a probe.

    ``at_most`` takes that many, evenly spread. Raises ValueError for a cohort with smaller films.
    """
    images, rows = training_arrays(cohort, size=size)
    if at_most is not None and at_most < len(rows):
        chosen = np.linspace(0, len(rows) - 1, at_most).round().astype(int)
        images, rows = images[chosen], [rows[index] for index in chosen]
    numbers = {
        name: np.array([float(row[name]) for row in rows])
        for name in NUMBERS
        if all(row[name] is not None for row in rows)
    }
    return Films(images, [_conditions(row) for row in rows], numbers)


def _conditions(row: dict[str, object]) -> Conditions:
    """Unknown values are left out; yes and no are words, as in training."""
    known = {name: value for name, value in row.items() if value not in (None, "")}
    return {name: ("no", "yes")[value] if isinstance(value, bool) else value for name, value in known.items()}  # type: ignore[misc]
