"""The kernel distance: squared maximum mean discrepancy, without bias, with its standard error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

Array = NDArray[np.float64]
Kernel = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class KernelDistance:
    """MMD², which may be a little below 0 for equal distributions, and its jackknife standard error."""

    value: float
    error: float


def polynomial(first: Array, second: Array) -> Array:
    """(x·y / d + 1)³, the kernel of Bińkowski et al. 2018 (arXiv:1801.01401), section 4."""
    return np.asarray((first @ second.T / first.shape[1] + 1) ** 3)


def gaussian(width: float) -> Kernel:
    """exp(−|x − y|² / 2 width²)."""

    def kernel(first: Array, second: Array) -> Array:
        return np.asarray(np.exp(-cdist(first, second, "sqeuclidean") / (2 * width**2)))

    return kernel


def median_width(first: Array, second: Array) -> float:
    """The median distance between points of both sets together (Gretton et al. 2012, section 8)."""
    both = np.concatenate([first, second])
    return float(np.median(cdist(both, both)[np.triu_indices(len(both), 1)]))


def kernel_distance(first: Array, second: Array, kernel: Kernel = polynomial) -> KernelDistance:
    """MMD² between features (n, d) and (m, d), by the U-statistic of Gretton et al. 2012, equation 3.

    The standard error leaves each image out in turn, which costs nothing more: the sums are linear.
    """
    first, second = (np.asarray(features, dtype=np.float64) for features in (first, second))
    n, m = len(first), len(second)
    if min(n, m) < 3:
        raise ValueError(f"A kernel distance needs three images on each side, not {n} and {m}.")
    within_first, within_second = _rows(kernel(first, first)), _rows(kernel(second, second))
    across = kernel(first, second)
    value = _mmd(within_first.sum(), within_second.sum(), across.sum(), n, m)
    left_first = _mmd(
        within_first.sum() - 2 * within_first, within_second.sum(), across.sum() - across.sum(1), n - 1, m
    )
    left_second = _mmd(
        within_first.sum(), within_second.sum() - 2 * within_second, across.sum() - across.sum(0), n, m - 1
    )
    error = np.sqrt((n - 1) * np.var(left_first) + (m - 1) * np.var(left_second))
    return KernelDistance(float(value), float(error))


def _rows(matrix: Array) -> Array:
    """Row sums without the diagonal."""
    return np.asarray(matrix.sum(axis=1) - np.diag(matrix))


def _mmd(first: Array, second: Array, across: Array, n: int, m: int) -> Array:
    return np.asarray(first / (n * (n - 1)) + second / (m * (m - 1)) - 2 * across / (n * m))
