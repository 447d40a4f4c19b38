"""Likelihood of the cumulative-logit mixed model, its random effects integrated out by Laplace's method.

Symbols: rating i has category y_i in 0..q-1, fixed covariates x_i and one level of each group g (its video,
its reader). With thresholds theta_1 < ... < theta_(q-1), theta_0 = -inf and theta_q = +inf,

    logit P(Y_i <= j) = theta_j - eta_i,    eta_i = x_i beta + sum_g s_g u_(g, level of i),    u ~ N(0, I).

With a_i = theta_(y_i), b_i = theta_(y_i - 1) minus eta_i, both the log probability and its derivatives have
closed, stable forms:

    log p_i = -log(1 + e^-a) - log(1 + e^b) + log(1 - e^-(a - b)),
    e_i = d log p_i / d eta_i = F(a) + F(b) - 1,    w_i = -d e_i / d eta_i = v(a) + v(b),    v = F (1 - F),

so that the joint log density is concave in u and Newton's method finds its mode. Laplace's approximation is

    L = sum_i log p_i(u^) - u^'u^ / 2 - log|H| / 2,    H = I + A'WA,    A = Z diag(s).

References: Pinheiro and Chao (2006) J Comput Graph Stat 15:58; McCullagh (1980) JRSS B 42:109.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from stats.ordinal.arrow import ArrowMatrix

MODE_STEPS = 100
MODE_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Parameters:
    """thresholds (q-1,) ascending; beta (p,); sds (groups,), of which only the absolute value matters."""

    thresholds: np.ndarray
    beta: np.ndarray
    sds: np.ndarray

    def pack(self) -> np.ndarray:
        return np.concatenate([self.thresholds, self.beta, self.sds])


@dataclass
class LaplaceLikelihood:
    """The data, and the mode of the random effects at the parameters looked at last (a warm start).

    y: (n,) codes 0..q-1, each of which occurs; x: (n, p); levels: (n, groups) codes of each group's levels,
    0..sizes[g]-1. Z has one 1 in each row and group, so it is kept as column numbers only. Cost is linear in
    the levels of the first group and cubic in those of the others: put the group with most levels first.
    """

    y: np.ndarray
    x: np.ndarray
    levels: np.ndarray
    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        self.q = int(self.y.max()) + 1
        first = np.concatenate([[0], np.cumsum(self.sizes)]).astype(int)
        self.columns = self.levels + first[:-1]
        self.effects = int(first[-1])
        self.mode = np.zeros(self.effects)

    def unpack(self, values: np.ndarray) -> Parameters:
        cuts, covariates = self.q - 1, self.x.shape[1]
        return Parameters(values[:cuts], values[cuts : cuts + covariates], values[cuts + covariates :])

    def value_and_gradient(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        """Laplace log-likelihood and its exact gradient at packed parameters (thresholds, beta, sds).

        Thresholds out of order have likelihood zero: -inf, with a gradient of zeros.
        """
        at = self.unpack(values)
        if not np.all(np.isfinite(values)) or np.any(np.diff(at.thresholds) <= 0):
            return -np.inf, np.zeros_like(values)
        point, curvature = self._settle(at)
        value = point.log_p.sum() - self.mode @ self.mode / 2 - curvature.log_determinant / 2
        return float(value), self._gradient(at, point, curvature)

    def _spread(self, u: np.ndarray, sds: np.ndarray) -> np.ndarray:
        """A u, shape (n,)."""
        return np.asarray(u[self.columns] @ sds)

    def _gather(self, values: np.ndarray, sds: np.ndarray) -> np.ndarray:
        """A'values, shape (effects,)."""
        weights = values[:, None] * sds
        return np.bincount(self.columns.ravel(), weights.ravel(), self.effects)

    def _curvature(self, w: np.ndarray, sds: np.ndarray) -> ArrowMatrix:
        """H = I + A'WA."""
        d = self.sizes[0] if self.sizes else 0
        k = self.effects - d
        weights = w[:, None, None] * np.multiply.outer(sds, sds)
        first, others = self.columns[:, :1], self.columns[:, 1:] - d
        border, corner = first * k + others, others[:, :, None] * k + others[:, None, :]
        return ArrowMatrix(
            1 + np.bincount(first.ravel(), weights[:, :1, :1].ravel(), d),
            np.bincount(border.ravel(), weights[:, :1, 1:].ravel(), d * k).reshape(d, k),
            np.eye(k) + np.bincount(corner.ravel(), weights[:, 1:, 1:].ravel(), k * k).reshape(k, k),
        )

    def _settle(self, at: Parameters) -> tuple[_Point, ArrowMatrix]:
        """Move ``mode`` to u^ by Newton's method with step halving (concavity makes u^ unique)."""
        fixed = self.x @ at.beta

        def joint(u: np.ndarray) -> tuple[float, _Point]:
            point = _Point.at(at, self.y, fixed + self._spread(u, at.sds))
            return float(point.log_p.sum() - u @ u / 2), point

        height, point = joint(self.mode)
        for _ in range(MODE_STEPS):
            curvature = self._curvature(point.w, at.sds)
            step = curvature.solve(self._gather(point.e, at.sds) - self.mode)
            if not np.abs(step).max(initial=0) > MODE_TOLERANCE:
                break
            length, (higher, there) = 1.0, joint(self.mode + step)
            while not higher >= height - 1e-12 * abs(height) and length > 1e-6:
                length /= 2
                higher, there = joint(self.mode + length * step)
            self.mode, height, point = self.mode + length * step, higher, there
        return point, curvature

    def _gradient(self, at: Parameters, point: _Point, curvature: ArrowMatrix) -> np.ndarray:
        """dL = direct part - d log|H| / 2, where H moves with the parameters and with the mode u^.

        With M = A H^-1, c_i = (M A')_ii and r = M'(c (t_a + t_b)), where t = v (1 - 2F) is the slope of v,
        the mode's movement du^ = H^-1 d(A'e - u) adds r · d(A'e - u) / 2. Everything that reaches L through
        a_i, b_i or eta_i then gathers in one number each.
        """
        own = curvature.inverse_blocks(self.columns) @ at.sds  # M at the columns of a rating's own levels
        leverage = own @ at.sds
        pull = curvature.solve(self._gather(leverage * (point.t_a + point.t_b), at.sds))
        pulled = self._spread(pull, at.sds)
        through_a = point.l_a - leverage * point.t_a / 2 + pulled * point.v_a / 2
        through_b = point.l_b - leverage * point.t_b / 2 + pulled * point.v_b / 2
        through_eta = -(through_a + through_b)
        thresholds = np.bincount(self.y, through_a, self.q)[:-1] + np.bincount(self.y, through_b, self.q)[1:]
        sds = through_eta @ self.mode[self.columns] - point.w @ own + point.e @ pull[self.columns] / 2
        return np.concatenate([thresholds, self.x.T @ through_eta, sds])


@dataclass(frozen=True)
class _Point:
    """log p_i and its derivatives for every rating, as defined at the top of this file; all (n,)."""

    log_p: np.ndarray
    l_a: np.ndarray
    l_b: np.ndarray
    v_a: np.ndarray
    v_b: np.ndarray
    t_a: np.ndarray
    t_b: np.ndarray

    @classmethod
    def at(cls, parameters: Parameters, y: np.ndarray, eta: np.ndarray) -> _Point:
        bounds = np.concatenate([[-np.inf], parameters.thresholds, [np.inf]])
        a, b, gap = bounds[y + 1] - eta, bounds[y] - eta, bounds[y + 1] - bounds[y]
        above_a, below_b = expit(-a), expit(b)
        v_a, v_b = above_a * (1 - above_a), below_b * (1 - below_b)
        squeeze = np.exp(-gap) / -np.expm1(-gap)  # d log(1 - e^-gap) / d gap
        return cls(
            log_p=-np.logaddexp(0, -a) - np.logaddexp(0, b) + np.log(-np.expm1(-gap)),
            l_a=above_a + squeeze,
            l_b=-below_b - squeeze,
            v_a=v_a,
            v_b=v_b,
            t_a=v_a * (2 * above_a - 1),
            t_b=v_b * (1 - 2 * below_b),
        )

    @property
    def e(self) -> np.ndarray:
        return -(self.l_a + self.l_b)

    @property
    def w(self) -> np.ndarray:
        return self.v_a + self.v_b
