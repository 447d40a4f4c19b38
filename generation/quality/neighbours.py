"""Realism and variety apart: precision and recall, density and coverage, from nearest neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Neighbourhood:
    """Shares from 0 to 1; density can pass 1. Two samples of one distribution of the same size have a
    density near 1 and a coverage near 1 − 2⁻ᵏ.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def neighbourhood(real: Array, drawn: Array, k: int = 5) -> Neighbourhood:
    """Compare features (n, d) of real and (m, d) of drawn images, with balls to the ``k``-th neighbour.

    Precision: drawn images within a ball of a real one; recall: the reverse (Kynkäänniemi et al. 2019,
    arXiv:1904.06991, equation 2). Density, coverage: Naeem et al. 2020, arXiv:2002.09797, equations 3 and 4.
    """
    if min(len(real), len(drawn)) <= k:
        raise ValueError(f"Neighbourhoods of {k} need more images than {len(real)} and {len(drawn)}.")
    across = cdist(real, drawn)
    real_radius, drawn_radius = _radius(real, k), _radius(drawn, k)
    within_real = across < real_radius[:, None]
    return Neighbourhood(
        precision=float(within_real.any(axis=0).mean()),
        recall=float((across < drawn_radius[None, :]).any(axis=1).mean()),
        density=float(within_real.sum(axis=0).mean() / k),
        coverage=float((across.min(axis=1) < real_radius).mean()),
    )


def _radius(features: Array, k: int) -> Array:
    """Distance of each row to its ``k``-th neighbour, itself not counted."""
    return np.asarray(np.partition(cdist(features, features), k, axis=1)[:, k])
