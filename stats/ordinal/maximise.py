"""The maximum of the Laplace likelihood, and the curvature there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from stats.ordinal.laplace import LaplaceLikelihood, Parameters

STARTING_SDS = (1.0, 0.3, 4.0)  # the later ones only where the search from those before failed
GRADIENT_TOLERANCE = 1e-3  # in log-likelihood units for a change of 1 in a parameter
NEWTON_STEPS = 4


@dataclass(frozen=True)
class Maximum:
    """``mode`` (levels of all groups,) are the random effects in SD units there; ``steepest`` is the largest
    slope left. ``covariance`` (of the packed parameters) is None where the curvature is not a maximum's.
    """

    parameters: Parameters
    mode: np.ndarray
    value: float
    steepest: float
    covariance: np.ndarray | None

    @property
    def converged(self) -> bool:
        return self.covariance is not None and self.steepest < GRADIENT_TOLERANCE


def maximise(likelihood: LaplaceLikelihood) -> Maximum:
    """Best of the searches that were needed: quasi-Newton on unconstrained parameters, then Newton."""
    found: list[Maximum] = []
    for sd in STARTING_SDS:
        likelihood.mode = np.zeros_like(likelihood.mode)
        found.append(_polish(likelihood, _search(likelihood, sd)))
        if found[-1].converged or not likelihood.sizes:
            break
    return max(found, key=lambda maximum: (maximum.converged, maximum.value))


def _search(likelihood: LaplaceLikelihood, sd: float) -> np.ndarray:
    """BFGS over (first threshold, log gaps between thresholds, beta, sds)."""
    cuts = likelihood.q - 1
    share = np.cumsum(np.bincount(likelihood.y))[:-1] / len(likelihood.y)
    thresholds = np.log(share / (1 - share)) * np.sqrt(1 + sd**2)
    start = np.concatenate(
        [
            thresholds[:1],
            np.log(np.diff(thresholds)),
            np.zeros(likelihood.x.shape[1]),
            np.full(len(likelihood.sizes), sd),
        ]
    )

    def natural(free: np.ndarray) -> np.ndarray:
        steps = np.concatenate([free[:1], np.exp(np.clip(free[1:cuts], -50, 50))])
        return np.concatenate([np.cumsum(steps), free[cuts:]])

    def objective(free: np.ndarray) -> tuple[float, np.ndarray]:
        values = natural(free)
        value, gradient = likelihood.value_and_gradient(values)
        gaps = np.concatenate([[1.0], np.diff(values[:cuts])])
        reached = np.cumsum(gradient[:cuts][::-1])[::-1]  # a gap moves all thresholds above it
        return -value, -np.concatenate([reached * gaps, gradient[cuts:]])

    found = minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 500})
    return natural(found.x)


def _polish(likelihood: LaplaceLikelihood, values: np.ndarray) -> Maximum:
    """A few Newton steps, as far as they climb, and the inverse curvature at the end."""
    value, gradient = likelihood.value_and_gradient(values)
    covariance = None
    for _ in range(NEWTON_STEPS):
        covariance = _inverse_curvature(likelihood, values)
        if covariance is None or np.abs(gradient).max() < 1e-8:
            break
        there = values + covariance @ gradient
        higher, slope = likelihood.value_and_gradient(there)
        if not (higher >= value and np.abs(slope).max() < np.abs(gradient).max()):
            break
        values, value, gradient = there, higher, slope
    value, gradient = likelihood.value_and_gradient(values)
    steepest = float(np.abs(gradient).max())
    return Maximum(likelihood.unpack(values), likelihood.mode, value, steepest, covariance)


def _inverse_curvature(likelihood: LaplaceLikelihood, values: np.ndarray) -> np.ndarray | None:
    """Inverse of minus the Hessian, by central differences of the exact gradient; None if not positive."""
    gap = np.diff(values[: likelihood.q - 1]).min(initial=1.0)
    hessian = np.empty((len(values), len(values)))
    for i, value in enumerate(values):
        step = min(1e-4 * max(1.0, abs(value)), gap / 4)
        shift = np.zeros_like(values)
        shift[i] = step
        _, up = likelihood.value_and_gradient(values + shift)
        _, down = likelihood.value_and_gradient(values - shift)
        hessian[i] = (down - up) / (2 * step)
    hessian = (hessian + hessian.T) / 2
    scale = np.sqrt(np.abs(np.diag(hessian)))
    if not np.all(np.isfinite(hessian)) or not np.all(scale > 0):
        return None
    relative = hessian / np.outer(scale, scale)
    if np.linalg.eigvalsh(relative).min() < 1e-9:
        return None
    return np.asarray(np.linalg.inv(relative) / np.outer(scale, scale))
