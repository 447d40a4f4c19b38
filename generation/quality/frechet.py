"""The Fréchet distance between two sets of features, each taken as a Gaussian.

d² = |μ1 − μ2|² + tr Σ1 + tr Σ2 − 2 tr (Σ1 Σ2)^½   (Dowson and Landau 1982, equation 4)

It is called FID only where the features are those of the Inception network of Heusel et al. 2017.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Gaussian:
    """Mean (d,) and a factor R (r, d) of the covariance Σ = Rᵀ R, with r at most d."""

    mean: Array
    factor: Array

    @property
    def variance(self) -> float:
        """tr Σ."""
        return float(np.sum(self.factor**2))


def fit(features: Array) -> Gaussian:
    """The Gaussian of features (n, d), n of 2 or more, with the unbiased covariance."""
    features = np.asarray(features, dtype=np.float64)
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"A covariance needs at least two rows of features, not shape {features.shape}.")
    mean = features.mean(axis=0)
    centred = (features - mean) / np.sqrt(len(features) - 1)
    root: Array = np.asarray(np.linalg.qr(centred, mode="r"))
    return Gaussian(mean, root)


def frechet_distance(first: Gaussian, second: Gaussian) -> float:
    """d², never negative.

    With Σ = Rᵀ R, the eigenvalues of Σ1 Σ2 are the squared singular values of R1 R2ᵀ, so the trace of the
    root is their sum. That is exact for singular covariances too (fewer images than features), where a
    matrix root of Σ1 Σ2 loses digits or turns complex and needs a ridge that moves the result.
    """
    shared = np.linalg.svd(first.factor @ second.factor.T, compute_uv=False).sum()
    apart = float(np.sum((first.mean - second.mean) ** 2))
    return max(0.0, apart + first.variance + second.variance - 2 * float(shared))


def frechet(first: Array, second: Array) -> float:
    """d² between features (n, d) and (m, d)."""
    return frechet_distance(fit(first), fit(second))
