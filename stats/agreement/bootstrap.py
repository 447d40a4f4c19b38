"""Bootstrap of an agreement coefficient, over subjects or over subjects and readers.

Coefficients are functions of sums over subjects, and subjects fall into few distinct patterns, so a resample
is a multinomial draw of pattern frequencies: its cost does not depend on the number of subjects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from stats.agreement.coefficients import COEFFICIENTS, ChanceCorrected
from stats.agreement.distributions import normal_cdf, normal_quantile
from stats.agreement.inference import ZERO, Sums, obstacle
from stats.agreement.ratings import Ratings
from stats.agreement.weights import weight_matrix

CELLS = 4_000_000  # of a block of draws, to bound memory
LOST = 0.05  # more undefined resamples than this share and nothing is reported


@dataclass(frozen=True)
class Bootstrap:
    """Spread of the coefficient over resamples; None where a number cannot be had.

    ``percentile`` and ``bca`` are intervals at ``confidence``; BCa (Efron 1987) is for subjects only. Draws
    come from numpy's PCG64 with ``seed``. ``undefined`` counts resamples without a coefficient, left out.
    """

    resamples: int
    seed: int
    confidence: float
    undefined: int = 0
    se: float | None = None
    percentile: tuple[float, float] | None = None
    bca: tuple[float, float] | None = None
    not_estimable: str = ""


def bootstrap_subjects(
    ratings: Ratings,
    *,
    coefficient: str = "ac",
    weights: str | np.ndarray = "identity",
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Bootstrap:
    """Resample subjects with all their ratings: inference to other subjects, given these readers."""
    empty = Bootstrap(resamples, seed, confidence)
    reason = obstacle(ratings) or ("one video only" if len(ratings.subjects) < 2 else "")
    if reason:
        return replace(empty, not_estimable=reason)
    sums = Sums.of(ratings, coefficient, weights)
    if np.isnan(sums.estimate):
        return replace(
            empty, not_estimable="every rating falls in one category, so chance agreement is complete"
        )
    rng = np.random.default_rng(seed)
    frequency = sums.patterns.frequency
    draws = [
        sums.method.point(block @ sums.features, sums.matrix).estimate
        for block in _multinomial(rng, frequency, resamples)
    ]
    return _summary(empty, np.concatenate(draws), _acceleration(sums), sums.estimate)


def bootstrap_subjects_and_readers(
    ratings: Ratings,
    *,
    coefficient: str = "ac",
    weights: str | np.ndarray = "identity",
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Bootstrap:
    """Resample subjects and readers: inference to other readers too.

    A reader drawn twice must not agree with itself, so only pairs of *distinct* original readers count:
    pa_i = sum_(g != h) c_g c_h w(g, h) / sum_(g != h) c_g c_h with c_g the times reader g was drawn. For the
    coefficients that depend on readers through prevalences alone; ValueError for Conger's and alpha.
    """
    method = COEFFICIENTS.get(coefficient)
    if not isinstance(method, ChanceCorrected):
        raise ValueError(f"Resampling readers is not defined here for {coefficient!r}.")
    empty = Bootstrap(resamples, seed, confidence)
    reason = obstacle(ratings)
    if not reason and ratings.anonymous:
        reason = "only counts are known, not which reader rated what"
    if reason:
        return replace(empty, not_estimable=reason)
    matrix = weight_matrix(weights, ratings.scale)
    rng, r = np.random.default_rng(seed), len(ratings.readers)
    patterns = ratings.ordered
    drawn = Counter(tuple(row) for row in rng.multinomial(r, np.full(r, 1 / r), size=resamples).tolist())
    draws = []
    for copies, times in sorted(drawn.items()):
        features = _features_of_copies(patterns.rows, np.array(copies, dtype=float), matrix)
        for block in _multinomial(rng, patterns.frequency, times):
            draws.append(method.point(block @ features, matrix).estimate)
    return _summary(empty, np.concatenate(draws), None, None)


def _multinomial(rng: np.random.Generator, frequency: np.ndarray, resamples: int) -> Iterator[np.ndarray]:
    """Blocks of resampled pattern frequencies, (up to ``resamples`` rows in all, m)."""
    n = int(frequency.sum())
    size = max(1, CELLS // len(frequency))
    for start in range(0, resamples, size):
        yield rng.multinomial(n, frequency / n, size=min(size, resamples - start)).astype(float)


def _features_of_copies(rows: np.ndarray, copies: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Features of ordered patterns (m, r) as ``ChanceCorrected`` has them, reader g taken copies[g] times."""
    chosen = (rows[:, :, None] == np.arange(len(matrix))) * copies[:, None]
    counts, rated = chosen.sum(axis=1), chosen.sum(axis=2)
    size = rated.sum(axis=1)
    # Pairs of a reader with itself or its own copy agree fully (weight 1) and are taken out again.
    own = (rated**2).sum(axis=1)
    agreeing, pairs = (counts * (counts @ matrix)).sum(axis=1) - own, size**2 - own
    pa = np.divide(agreeing, pairs, out=np.zeros_like(size), where=pairs > 0)
    shares = np.divide(counts, size[:, None], out=np.zeros_like(counts), where=size[:, None] > 0)
    return np.column_stack([pa, pairs > 0, size > 0, shares])


def _acceleration(sums: Sums) -> float:
    """Efron's a from the coefficient without each subject; 0 where those are all alike or undefined."""
    frequency = sums.patterns.frequency
    without = sums.method.point(sums.moments - sums.features, sums.matrix).estimate
    used = (frequency > 0) & ~np.isnan(without)
    if not used.any():
        return 0.0
    frequency, without = frequency[used], without[used]
    spread = frequency @ without / frequency.sum() - without
    scale = (frequency @ spread**2) ** 1.5
    return float(frequency @ spread**3 / (6 * scale)) if scale > 1e-18 else 0.0


def _summary(
    empty: Bootstrap, draws: np.ndarray, acceleration: float | None, estimate: float | None
) -> Bootstrap:
    defined = np.sort(draws[~np.isnan(draws)])
    undefined = len(draws) - len(defined)
    if undefined > LOST * len(draws):
        return replace(empty, not_estimable=f"{undefined} of {len(draws)} resamples have no coefficient")
    if defined[-1] - defined[0] < ZERO:
        return replace(
            empty, undefined=undefined, se=0.0, not_estimable="every resample gives the same value"
        )
    tail = (1 - empty.confidence) / 2
    bca = None
    if estimate is not None and acceleration is not None:
        below = ((defined < estimate).sum() + (defined <= estimate).sum()) / 2 / len(defined)
        if 0 < below < 1:
            z0 = normal_quantile(float(below))
            bca = (_adjusted(defined, tail, z0, acceleration), _adjusted(defined, 1 - tail, z0, acceleration))
    return replace(
        empty,
        undefined=undefined,
        se=float(defined.std(ddof=1)),
        percentile=(float(np.quantile(defined, tail)), float(np.quantile(defined, 1 - tail))),
        bca=bca,
    )


def _adjusted(defined: np.ndarray, tail: float, z0: float, acceleration: float) -> float:
    z = z0 + normal_quantile(tail)
    return float(np.quantile(defined, normal_cdf(z0 + z / (1 - acceleration * z))))
