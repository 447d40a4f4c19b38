"""Films that the registry, not a characteriser, says something of: what a characteriser learns from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generation.models import Cohort
from generation.selectors.table_one import word_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Labelled:
    """``paths`` and ``labels`` of films; iterating reads one picture after the other."""

    paths: tuple[Path, ...]
    labels: tuple[str, ...]

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        from generation.imaging.canonical import read_png

        return map(read_png, self.paths)


def labelled(cohort: Cohort, column: str, splits: Iterable[str]) -> Labelled:
    """Return the films of ``splits`` whose ``column`` is known, in the order of their pixels' hashes."""
    unknown = {column: None} if column == "implant" else {column: ""}
    films = (
        cohort.radiographs.filter(split__in=list(splits))
        .exclude(**unknown)
        .exclude(guessed__contains=column)
        .order_by("pixel_sha256")
    )
    found = [(Path(film.image.path), word_of(getattr(film, column))) for film in films.only("image", column)]
    return Labelled(tuple(path for path, _ in found), tuple(word for _, word in found))
