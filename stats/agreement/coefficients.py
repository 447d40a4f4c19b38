"""Agreement coefficients kappa = (pa - pe) / (1 - pe), each as a function of a few sums over subjects.

Symbols (n subjects, r readers, q categories of the declared scale, w_kl symmetric weights):

- r_ik: number of readers who put subject i in category k; r_i = sum_k r_ik; r*_ik = sum_l w_kl r_il
- n2: subjects with r_i >= 2; pi_k = (1/n) sum_i r_ik / r_i
- pa_i = sum_k r_ik (r*_ik - 1) / (r_i (r_i - 1)) when r_i >= 2, else 0; pa = sum_i pa_i / n2

A coefficient turns each distinct pattern of ratings into *features*, adds them up into *moments*, and is
a smooth function of those moments. Leave-one-out and bootstrap values are the same function of other
moments, so all of them vectorise.

Reference: K. L. Gwet, Handbook of Inter-Rater Reliability, 4th ed. (2014), chapters 2 to 5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from stats.agreement.ratings import Patterns, Ratings


@dataclass(frozen=True)
class Point:
    """A coefficient with its observed (pa) and chance (pe) agreement; NaN where 1 - pe is 0.

    ``centre`` is the mean of the linearised values: the estimate itself, but for Krippendorff's alpha the
    value before the small-sample correction.
    """

    estimate: np.ndarray
    pa: np.ndarray
    pe: np.ndarray
    centre: np.ndarray


class Coefficient(Protocol):
    """What inference needs to know about a coefficient."""

    @property
    def title(self) -> str:
        """Its name in a sentence."""

    def patterns(self, ratings: Ratings) -> Patterns:
        """The distinct patterns that the coefficient looks at."""

    def features(self, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """(m, F) numbers for each pattern; their sums over subjects are the moments."""

    def point(self, moments: np.ndarray, weights: np.ndarray) -> Point:
        """The coefficient from moments of shape (..., F)."""

    def linearise(
        self, features: np.ndarray, moments: np.ndarray, weights: np.ndarray, point: Point
    ) -> np.ndarray:
        """Subject-level values k*_i for each pattern, shape (m,), whose mean over subjects is ``centre``.

        ``point`` is the coefficient from the same moments.
        """


def pair_agreement(counts: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """sum_k r_ik (r*_ik - 1) for each row of counts (m, q), and r_i, both of shape (m,)."""
    agreeing = (counts * (counts @ weights - 1)).sum(axis=1)
    return agreeing, counts.sum(axis=1).astype(float)


def observed_agreement(counts: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """pa_i, 1{r_i >= 2} and r_i for each row of counts (m, q)."""
    agreeing, size = pair_agreement(counts, weights)
    paired = size >= 2
    pa = np.divide(agreeing, size * (size - 1), out=np.zeros_like(size), where=paired)
    return pa, paired.astype(float), size


def corrected(pa: np.ndarray, pe: np.ndarray) -> np.ndarray:
    """(pa - pe) / (1 - pe), NaN where chance agreement is complete and the coefficient undefined."""
    room = 1 - pe
    return np.divide(pa - pe, room, out=np.full_like(room, np.nan), where=room > 1e-12)


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    return np.divide(
        numerator, denominator, out=np.full_like(np.asarray(numerator, float), np.nan), where=denominator > 0
    )


Slope = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class ChanceCorrected:
    """Coefficients whose chance agreement depends on the category prevalences pi alone.

    ``slope(pi, w)`` of shape (..., q) is such that pe = pi · slope and pe_i = (r_ik / r_i)_k · slope.

    Linearised values (Gwet 2014, eq. 5.2.5 and its analogues):
    k*_i = (n/n2) (pa_i - pe 1{r_i>=2}) / (1-pe) - 2 (1-kappa) (pe_i - pe) / (1-pe).
    """

    title: str
    slope: Slope

    def patterns(self, ratings: Ratings) -> Patterns:
        return ratings.counts

    def features(self, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
        pa, paired, size = observed_agreement(rows, weights)
        return np.column_stack([pa, paired, np.ones_like(pa), rows / size[:, None]])

    def point(self, moments: np.ndarray, weights: np.ndarray) -> Point:
        pa = _ratio(moments[..., 0], moments[..., 1])
        pi = moments[..., 3:] / moments[..., 2:3]
        pe = (pi * self.slope(pi, weights)).sum(axis=-1)
        estimate = corrected(pa, pe)
        return Point(estimate, pa, pe, estimate)

    def linearise(
        self, features: np.ndarray, moments: np.ndarray, weights: np.ndarray, point: Point
    ) -> np.ndarray:
        pi, shares = moments[3:] / moments[2], features[:, 3:]
        pe_i = shares @ self.slope(pi, weights)
        observed = moments[2] / moments[1] * (features[:, 0] - point.pe * features[:, 1])
        return np.asarray((observed - 2 * (1 - point.estimate) * (pe_i - point.pe)) / (1 - point.pe))


def gwet_slope(pi: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Gwet (2008): pe = T_w / (q (q-1)) sum_k pi_k (1 - pi_k), T_w = sum_kl w_kl (q for AC1)."""
    q = len(weights)
    return np.asarray(weights.sum() / (q * (q - 1)) * (1 - pi))


def fleiss_slope(pi: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Fleiss (1971): pe = sum_kl w_kl pi_k pi_l."""
    return pi @ weights


def brennan_prediger_slope(pi: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Brennan and Prediger (1981): pe = T_w / q^2, whatever the prevalences."""
    return np.full_like(pi, weights.mean())


def no_chance_slope(pi: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Percent agreement: nothing is ascribed to chance."""
    return np.zeros_like(pi)


@dataclass(frozen=True)
class Krippendorff:
    """Krippendorff's alpha, for subjects with r_i >= 2 only (n counts those; rbar is their mean r_i).

    pa' = (1/n) sum_i sum_k r_ik (r*_ik - 1) / (rbar (r_i - 1)); eps = 1 / (n rbar);
    pa = (1 - eps) pa' + eps; pi_k = (1/n) sum_i r_ik / rbar; pe = sum_kl w_kl pi_k pi_l.
    alpha = (pa - pe) / (1 - pe); its linearised values centre on alpha' = (pa' - pe) / (1 - pe).
    """

    title: str = "Krippendorff's alpha"

    def patterns(self, ratings: Ratings) -> Patterns:
        counts = ratings.counts
        paired = counts.rows.sum(axis=1) >= 2
        return Patterns(counts.rows, np.where(paired, counts.frequency, 0), counts.index)

    def features(self, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
        agreeing, size = pair_agreement(rows, weights)
        paired = size >= 2
        per_pair = np.divide(agreeing, size - 1, out=np.zeros_like(size), where=paired)
        return np.column_stack([per_pair, paired, size * paired, rows * paired[:, None]])

    def point(self, moments: np.ndarray, weights: np.ndarray) -> Point:
        total = moments[..., 2]
        prime = _ratio(moments[..., 0], total)
        epsilon = _ratio(np.ones_like(total), total)
        pi = _ratio(moments[..., 3:], np.broadcast_to(total[..., None], moments[..., 3:].shape))
        pe = (pi * (pi @ weights)).sum(axis=-1)
        pa = (1 - epsilon) * prime + epsilon
        return Point(corrected(pa, pe), pa, pe, corrected(prime, pe))

    def linearise(
        self, features: np.ndarray, moments: np.ndarray, weights: np.ndarray, point: Point
    ) -> np.ndarray:
        per_pair, _, size, counts = features[:, 0], features[:, 1], features[:, 2], features[:, 3:]
        n, total = moments[1], moments[2]
        mean_size, pi, prime = total / n, moments[3:] / total, moments[0] / total
        larger = (size - mean_size) / mean_size
        pa_i = per_pair / mean_size - prime * larger
        pe_i = counts @ (weights @ pi) / mean_size - point.pe * larger
        return np.asarray(((pa_i - point.pe) - 2 * (1 - point.centre) * (pe_i - point.pe)) / (1 - point.pe))


@dataclass(frozen=True)
class Conger:
    """Conger's kappa, Cohen's for two readers: chance agreement from each reader's own prevalences.

    p_gk = n_gk / n_g for reader g, pbar_k = mean_g p_gk,
    s2_kl = (sum_g p_gk p_gl - r pbar_k pbar_l) / (r-1); pe = sum_kl w_kl (pbar_k pbar_l - s2_kl / r).
    """

    title: str = "Conger's kappa"

    def patterns(self, ratings: Ratings) -> Patterns:
        return ratings.ordered

    def features(self, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
        chosen = rows[:, :, None] == np.arange(len(weights))
        pa, paired, _ = observed_agreement(chosen.sum(axis=1), weights)
        return np.column_stack([pa, paired, np.ones_like(pa), chosen.reshape(len(rows), -1)])

    def point(self, moments: np.ndarray, weights: np.ndarray) -> Point:
        pa = _ratio(moments[..., 0], moments[..., 1])
        chosen = moments[..., 3:].reshape(*moments.shape[:-1], -1, len(weights))
        r = chosen.shape[-2]
        p = chosen / chosen.sum(axis=-1, keepdims=True)
        mean = p.mean(axis=-2)
        own = ((p @ weights) * p).sum(axis=(-1, -2))
        pe = (r**2 * ((mean @ weights) * mean).sum(axis=-1) - own) / (r * (r - 1))
        estimate = corrected(pa, pe)
        return Point(estimate, pa, pe, estimate)

    def linearise(
        self, features: np.ndarray, moments: np.ndarray, weights: np.ndarray, point: Point
    ) -> np.ndarray:
        """pe_i = 1/(r(r-1)) sum_g sum_k lam_igk (r pbar_k - p_gk) with
        lam_igk = (n/n_g) sum_l w_kl [d_igl - (e_ig - n_g/n) p_gl], d = rated l, e = rated at all."""
        n, q = moments[2], len(weights)
        chosen = features[:, 3:].reshape(len(features), -1, q)
        rated = chosen.sum(axis=2)
        totals = moments[3:].reshape(-1, q)
        r, n_g = len(totals), totals.sum(axis=1)
        p = totals / n_g[:, None]
        others = (r * p.mean(axis=0) - p) @ weights
        chosen_part = (chosen * (others * (n / n_g)[:, None])).sum(axis=(1, 2))
        rated_part = (rated * (n / n_g) - 1) @ (p * others).sum(axis=1)
        pe_i = (chosen_part - rated_part) / (r * (r - 1))
        observed = n / moments[1] * (features[:, 0] - point.pe * features[:, 1])
        return np.asarray((observed - 2 * (1 - point.estimate) * (pe_i - point.pe)) / (1 - point.pe))


COEFFICIENTS: dict[str, Coefficient] = {
    "ac": ChanceCorrected("Gwet's AC", gwet_slope),
    "percent": ChanceCorrected("Percent agreement", no_chance_slope),
    "fleiss": ChanceCorrected("Fleiss' kappa", fleiss_slope),
    "conger": Conger(),
    "bp": ChanceCorrected("Brennan-Prediger kappa", brennan_prediger_slope),
    "alpha": Krippendorff(),
}
