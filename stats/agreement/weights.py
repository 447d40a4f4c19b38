"""How much two different categories still agree: symmetric weights with 1 on the diagonal.

Formulas: Gwet, Handbook of Inter-Rater Reliability (4th ed., 2014), section 3.5. c are the category
values, R = c_q - c_1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stats.agreement.scale import Scale


def _power(exponent: float) -> Callable[[np.ndarray], np.ndarray]:
    """w = 1 - (|c_k - c_l| / R)^exponent."""

    def weights(values: np.ndarray) -> np.ndarray:
        distance = np.abs(np.subtract.outer(values, values))
        return np.asarray(1 - (distance / distance.max()) ** exponent)

    return weights


def _identity(values: np.ndarray) -> np.ndarray:
    return np.eye(len(values))


def _ordinal(values: np.ndarray) -> np.ndarray:
    """w = 1 - C(|k-l|+1, 2) / C(q, 2) on ranks (not Krippendorff's ordinal metric)."""
    ranks = np.arange(len(values))
    steps = np.abs(np.subtract.outer(ranks, ranks))
    pairs = (steps + 1) * steps / 2
    return np.asarray(1 - pairs / pairs.max())


def _ratio(values: np.ndarray) -> np.ndarray:
    """w = 1 - [(c_k-c_l)/(c_k+c_l)]^2 / [(c_q-c_1)/(c_q+c_1)]^2, for positive values only."""
    if values.min() <= 0:
        raise ValueError("Ratio weights need categories above zero.")
    relative = np.subtract.outer(values, values) / np.add.outer(values, values)
    return np.asarray(1 - (relative / relative.max()) ** 2)


def _circular(values: np.ndarray) -> np.ndarray:
    """w = 1 - sin^2(pi (c_k-c_l)/(R+1)) / M, M the largest sine squared."""
    difference = np.subtract.outer(values, values)
    sine = np.sin(np.pi * difference / (difference.max() + 1)) ** 2
    return np.asarray(1 - sine / sine.max())


def _bipolar(values: np.ndarray) -> np.ndarray:
    """w = 1 - (c_k-c_l)^2 / [M (c_k+c_l-2c_1)(2c_q-c_k-c_l)], M the largest such ratio."""
    total = np.add.outer(values, values)
    squares = np.subtract.outer(values, values) ** 2
    room = (total - 2 * values[0]) * (2 * values[-1] - total)
    ratio = np.divide(squares, room, out=np.zeros_like(squares), where=squares > 0)
    return np.asarray(1 - ratio / ratio.max())


WEIGHTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": _identity,
    "linear": _power(1),
    "quadratic": _power(2),
    "radical": _power(0.5),
    "ordinal": _ordinal,
    "ratio": _ratio,
    "circular": _circular,
    "bipolar": _bipolar,
}


def weight_matrix(weights: str | np.ndarray, scale: Scale) -> np.ndarray:
    """Weights as a (q, q) matrix, from a name in ``WEIGHTS`` or from a matrix that is checked.

    Raises ValueError for an unknown name (never falls back to no weights), for categories that its formula
    cannot take, and for a matrix that has the wrong shape, is not symmetric, or has anything but 1 on its
    diagonal.

    >>> weight_matrix("linear", Scale((1, 2, 3))).tolist()
    [[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]
    """
    if isinstance(weights, str):
        if weights not in WEIGHTS:
            raise ValueError(f"Unknown weights {weights!r}; choose one of {', '.join(WEIGHTS)}.")
        with np.errstate(all="ignore"):  # told below instead
            named = WEIGHTS[weights](scale.values)
        if not np.isfinite(named).all():
            raise ValueError(f"The categories lie too far apart for {weights} weights.")
        return named
    matrix = np.asarray(weights, dtype=float)
    if matrix.shape != (len(scale), len(scale)):
        raise ValueError(f"The weight matrix is {matrix.shape}; the scale has {len(scale)} categories.")
    if not np.array_equal(matrix, matrix.T) or not np.all(np.diag(matrix) == 1):
        raise ValueError("A weight matrix must be symmetric with 1 on its diagonal.")
    return matrix
