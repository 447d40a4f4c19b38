"""The declared scale: every category that a reader could have chosen, in order.

Chance agreement of AC1 and Brennan-Prediger depends on the number of categories *offered*, so the scale
is never read off the data: an anchor that nobody chose still counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

Category = int | float | str


@dataclass(frozen=True)
class Scale:
    """Categories in their declared order.

    Numbers must ascend and keep their spacing for distance weights; text categories count as ranks 1..q.

    >>> Scale(("none", "mild", "severe")).values.tolist()
    [1.0, 2.0, 3.0]
    """

    categories: tuple[Category, ...]

    def __post_init__(self) -> None:
        if len(self.categories) < 2:
            raise ValueError("A scale needs at least two categories.")
        if len(set(self.categories)) != len(self.categories):
            raise ValueError(f"The scale names a category twice: {list(self.categories)}.")
        texts = sum(isinstance(category, str) for category in self.categories)
        if 0 < texts < len(self.categories):
            raise ValueError(f"The scale mixes text and numbers: {list(self.categories)}.")
        if not texts and not np.all(np.isfinite(self.values)):
            raise ValueError(f"Numeric categories must be finite, not {list(self.categories)}.")
        if not texts and not np.all(np.diff(self.values) > 0):
            raise ValueError(f"Numeric categories must ascend, not {list(self.categories)}.")

    def __len__(self) -> int:
        return len(self.categories)

    @cached_property
    def values(self) -> np.ndarray:
        """Numeric value of each category, shape (q,)."""
        if isinstance(self.categories[0], str):
            return np.arange(1.0, len(self.categories) + 1)
        return np.asarray(self.categories, dtype=float)

    @cached_property
    def _codes(self) -> dict[Category, int]:
        return {category: code for code, category in enumerate(self.categories)}

    def encode(self, scores: Iterable[Category | None]) -> np.ndarray:
        """Codes 0..q-1 of the scores, shape (len,); None and NaN become -1 (missing).

        Raises ValueError for a score that the scale does not offer.
        """
        codes = []
        for score in scores:
            missing = score is None or score != score  # NaN is the only value unequal to itself
            code = -1 if missing else self._codes.get(score)  # type: ignore[arg-type]
            if code is None:
                raise ValueError(f"Score {score!r} is not on the scale {list(self.categories)}.")
            codes.append(code)
        return np.array(codes, dtype=np.int16)

    def encode_array(self, scores: np.ndarray) -> np.ndarray:
        """As ``encode``, of an array of numbers in any shape, without a step in Python for each score."""
        if isinstance(self.categories[0], str):
            return self.encode(scores.ravel().tolist()).reshape(scores.shape)
        codes, known = np.full(scores.shape, -1, dtype=np.int16), np.isnan(scores)
        for value in self.values:
            codes += scores >= value
            known |= scores == value
        if not known.all():
            off = scores[~known][0].item()
            raise ValueError(f"Score {off!r} is not on the scale {list(self.categories)}.")
        return codes


LIKERT5 = Scale((1, 2, 3, 4, 5))
