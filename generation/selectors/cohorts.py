"""What a cohort holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet

from generation.models import Cohort, Radiograph

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generation.imaging.sorting import Stored

CONDITIONS = ("patient", "sex", "age", "bmi", "group", "projection", "laterality", "implant")


def cohorts() -> QuerySet[Cohort]:
    """Return all cohorts, by name."""
    return Cohort.objects.all()


def counts(cohort: Cohort, *by: str) -> list[dict[str, Any]]:
    """Count images and patients by columns, e.g. ``counts(cohort, "group", "projection")``, in one query.

    Each row holds the columns, ``n_radiographs`` and ``n_patients``; an unknown value is '' or None.
    """
    return list(
        cohort.radiographs.order_by()
        .values(*by)
        .annotate(n_radiographs=Count("pk"), n_patients=Count("patient", distinct=True))
        .order_by(*by)
    )


def stored(cohort: Cohort) -> Stored:
    """Return what an import has to know of a cohort; empty for one that is not saved yet."""
    from generation.imaging.sorting import Attributes, Stored

    known = Stored()
    if cohort.pk is None:
        return known
    columns = [column.name for column in fields(Attributes)]
    for row in cohort.radiographs.values("pixel_sha256", "perceptual_hash", *columns).iterator():
        pixels, alike = row.pop("pixel_sha256"), row.pop("perceptual_hash")
        known.attributes[pixels] = Attributes(**row)
        if alike:
            known.alike[pixels] = alike
    for pixels, kind in cohort.held_images.values_list("pixel_sha256", "decision__kind"):
        known.reviewed[pixels] = "waiting" if kind is None else "taken" if kind == "take" else "refused"
    return known


def training_rows(cohort: Cohort) -> list[Radiograph]:
    """Return the radiographs in the order of their pixel hashes: the same on every machine."""
    return list(cohort.radiographs.order_by("pixel_sha256"))


def training_arrays(cohort: Cohort, *, size: int) -> tuple[NDArray[np.uint8], list[dict[str, Any]]]:
    """Return images (n × size × size, uint8) by area averaging, and their condition rows.

    Both are in ``training_rows`` order. A condition row has the columns of CONDITIONS.
    Raises ValueError for an empty cohort or one with images smaller than ``size``, as none is ever enlarged.
    """
    import numpy as np

    rows = training_rows(cohort)
    smallest = min((row.rows for row in rows), default=0)
    if smallest < size:
        raise ValueError(
            f"cohort '{cohort.name}' cannot be trained on at {size} px: "
            + (f"its smallest image has {smallest}" if rows else "it holds no radiographs")
        )
    images = np.empty((len(rows), size, size), dtype=np.uint8)
    for image, row in zip(images, rows, strict=True):
        image[:] = as_models_see_it(row, size=size)
    return images, [{column: getattr(row, column) for column in CONDITIONS} for row in rows]


def condition(value: Any) -> str | float | None:
    """Return a radiograph's column as a condition: unknown is None, yes and no are words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value == "" else value


def conditions_of(radiograph: Radiograph, names: Iterable[str]) -> dict[str, str | float | None]:
    """Return those of the conditions ``names`` that a radiograph's row in the registry has a column for."""
    return {name: condition(getattr(radiograph, name)) for name in names if name in CONDITIONS}


def as_models_see_it(radiograph: Radiograph, *, size: int) -> NDArray[np.uint8]:
    """A stored radiograph in the size (pixels) of a model's first stage, by area averaging: (size, size)."""
    from generation.imaging.canonical import area_average, read_png

    return area_average(read_png(Path(radiograph.image.path)), rows=size, columns=size)
