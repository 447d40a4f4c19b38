"""Covariates as columns of numbers: treatment coding for text, numbers as they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Design:
    """matrix (n, p) with the name of each column; ``left_out`` names columns that add no information."""

    names: tuple[str, ...]
    matrix: np.ndarray
    left_out: tuple[str, ...]

    @property
    def centre(self) -> np.ndarray:
        return np.asarray(self.matrix.mean(axis=0))

    @property
    def spread(self) -> np.ndarray:
        """Standard deviation of each column, never 0."""
        return np.asarray(self.matrix.std(axis=0))

    @property
    def standardised(self) -> np.ndarray:
        """The matrix with mean 0 and SD 1 in each column, whatever the covariates' units."""
        return np.asarray((self.matrix - self.centre) / self.spread)


def design(covariates: Mapping[str, Sequence[float | str]], n: int) -> Design:
    """Columns for ``n`` ratings.

    Text is compared with its alphabetically first value: ``role[surgeon]`` is surgeon against radiologist.
    A column that is constant, or a sum of multiples of those before it, is left out and named.

    >>> coded = design({"role": ["surgeon", "radiologist", "surgeon"], "direction": ["AB"] * 3}, 3)
    >>> coded.names, coded.matrix.ravel().tolist()
    (('role[surgeon]',), [1.0, 0.0, 1.0])
    >>> coded = design({"order": [1, 2, 3], "twice": [2, 4, 6]}, 3)
    >>> coded.names, coded.left_out
    (('order',), ('twice',))

    Raises ValueError for a covariate of another length or with a missing value.
    """
    kept: list[str] = []
    left_out: list[str] = []
    basis = np.ones((n, 1))
    for name, values in covariates.items():
        columns = _columns(name, values, n)
        if not columns:
            left_out.append(name)
        for label, column in columns.items():
            scale = np.abs(column - column.mean()).max(initial=0)
            wider = np.column_stack([basis, (column - column.mean()) / scale if scale > 0 else column])
            if np.linalg.matrix_rank(wider) > basis.shape[1]:
                basis = np.column_stack([basis, column])
                kept.append(label)
            else:
                left_out.append(label)
    return Design(tuple(kept), basis[:, 1:], tuple(left_out))


def _columns(name: str, values: Sequence[float | str], n: int) -> dict[str, np.ndarray]:
    if len(values) != n:
        raise ValueError(f"Covariate {name!r} has {len(values)} values for {n} scores.")
    for row, value in enumerate(values):
        if value is None or (not isinstance(value, str) and math.isnan(value)):
            raise ValueError(f"Covariate {name!r} has no value in row {row}: leave that rating out.")
    if any(isinstance(value, str) for value in values):
        texts = [str(value) for value in values]
        _, *others = sorted(set(texts))
        return {f"{name}[{other}]": np.array([text == other for text in texts], float) for other in others}
    return {name: np.asarray(values, dtype=float)}
