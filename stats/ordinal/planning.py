"""How many videos and readers the next study needs for an agreement coefficient of a wanted precision.

Two ways that check each other: the formula SE = sigma / sqrt(n), with sigma from a pilot, a table or a model;
and simulation from a latent-normal model of the readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtrit

from stats.agreement import Ratings, Scale, agreement, new_readers

SIGMA_AT_FOUR_READERS = {0.60: 0.38, 0.61: 0.39, 0.76: 0.32, 0.80: 0.33, 0.83: 0.30}
"""AC1 and sigma of four readers on five categories: means over 400 reconstructions of a published study."""

GRID = ndtri((np.arange(4000) + 0.5) / 4000)  # equally likely values of a standard normal
SIGMA_VIDEOS = 20_000


def pilot_sigma(ratings: Ratings, *, coefficient: str = "ac", weights: str = "identity") -> float | None:
    """SD of the linearised values k*_i of a pilot, SE sqrt(n); None where the pilot gives no SE.

    >>> from stats.agreement import LIKERT5
    >>> round(pilot_sigma(Ratings.from_matrix([[1, 1], [2, 3], [4, 4], [5, 5], [2, 2]], LIKERT5)), 3)
    0.557
    """
    found = agreement(ratings, coefficient=coefficient, weights=weights)
    return None if found.se is None else found.se * float(np.sqrt(found.n_subjects))


def half_width(
    n_videos: int, sigma: float, *, confidence: float = 0.95, population: int | None = None
) -> float:
    """Half-width of the t interval: t_(n-1) sigma / sqrt(n) sqrt(1 - n / population).

    >>> round(half_width(30, 0.39), 3)
    0.146
    """
    left = 1 - (n_videos / population if population else 0)
    t = float(stdtrit(n_videos - 1, (1 + confidence) / 2))
    return t * sigma * float(np.sqrt(max(0.0, left) / n_videos))


def videos_needed(
    wanted: float, sigma: float, *, confidence: float = 0.95, population: int | None = None
) -> int:
    """Fewest videos whose interval is expected to be no wider than ± ``wanted``, given the readers.

    Expected, not assured: about half of all studies of that size come out wider. More videos do nothing for
    the uncertainty about *other* readers; for that, ``simulate`` with a reader SD above 0 and more readers.

    >>> videos_needed(0.10, 0.39), videos_needed(0.10, 0.39, population=60)
    (61, 31)

    Raises ValueError for a half-width or sigma that is not above 0.
    """
    if wanted <= 0 or sigma <= 0:
        raise ValueError(f"Half-width and sigma must be above 0, not {wanted} and {sigma}.")
    low, high = 1, 2
    while half_width(high, sigma, confidence=confidence, population=population) > wanted:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        wide = half_width(middle, sigma, confidence=confidence, population=population) > wanted
        low, high = (middle, high) if wide else (low, middle)
    return high


@dataclass(frozen=True)
class LatentNormal:
    """Readers see sqrt(rho) video + reader_sd reader + sqrt(1 - rho) error, all standard normal, and cut it.

    thresholds: (q-1,) ascending cuts. rho: how much of a single look is the video. reader_sd: how far readers
    lie apart; 0 makes them interchangeable.
    """

    thresholds: tuple[float, ...]
    rho: float
    reader_sd: float = 0.0

    @classmethod
    def calibrated(cls, shares: Sequence[float], ac1: float, *, reader_sd: float = 0.0) -> LatentNormal:
        """The model with these shares of the categories and this AC1 between two readers drawn at random.

        >>> model = LatentNormal.calibrated([0.44, 0.33, 0.11, 0.12, 0.0], ac1=0.61)
        >>> round(model.rho, 3), round(model.ac1, 3)
        (0.878, 0.61)

        Raises ValueError when no ``rho`` gives that AC1: too low for readers who ignore the video and share
        its frequencies, or too high for readers so far apart.
        """
        share = np.asarray(shares, dtype=float)
        if len(share) < 2 or np.any(share < 0) or share.max() >= share.sum():
            raise ValueError(f"Shares must be at least two categories, none negative, two above 0: {shares}.")
        cuts = np.clip(np.cumsum(share / share.sum())[:-1], 0, 1)
        thresholds = tuple((ndtri(cuts) * np.sqrt(1 + reader_sd**2)).tolist())
        least, most = (cls(thresholds, rho, reader_sd).ac1 for rho in (0.0, 1 - 1e-9))
        if not least <= ac1 <= most:
            raise ValueError(
                f"AC1 {ac1} is out of reach: these shares and readers allow {least:.2f} to {most:.2f}."
            )
        rho = brentq(lambda rho: cls(thresholds, rho, reader_sd).ac1 - ac1, 0.0, 1 - 1e-9, xtol=1e-10)
        return cls(thresholds, float(rho), reader_sd)

    @property
    def ac1(self) -> float:
        """AC1 in the population of videos and readers.

        Given its video, two readers choose independently with probabilities p_k, so pa = E sum_k p_k^2 and
        pe = sum_k pi_k (1 - pi_k) / (q - 1), pi = E p.
        """
        cuts = np.array([-np.inf, *self.thresholds, np.inf])
        spread = np.sqrt(1 - self.rho + self.reader_sd**2)
        p = np.diff(ndtr((cuts - np.sqrt(self.rho) * GRID[:, None]) / spread), axis=1)
        pa, pi = float((p**2).sum(axis=1).mean()), p.mean(axis=0)
        pe = float((pi * (1 - pi)).sum() / (len(pi) - 1))
        return (pa - pe) / (1 - pe)

    def draw(self, rng: np.random.Generator, n_videos: int, n_readers: int) -> Ratings:
        """A study: ``n_videos`` videos read once by each of ``n_readers`` readers, categories 1..q."""
        seen = (
            np.sqrt(self.rho) * rng.standard_normal((n_videos, 1))
            + self.reader_sd * rng.standard_normal((1, n_readers))
            + np.sqrt(1 - self.rho) * rng.standard_normal((n_videos, n_readers))
        )
        codes = np.searchsorted(self.thresholds, seen).astype(np.int16)
        scale = Scale(tuple(range(1, len(self.thresholds) + 2)))
        return Ratings(codes, scale, tuple(range(n_videos)), tuple(range(n_readers)))

    def sigma(self, n_readers: int, *, seed: int = 0) -> float:
        """SD of k*_i for this many readers, from one very large study."""
        found = pilot_sigma(self.draw(np.random.default_rng(seed), SIGMA_VIDEOS, n_readers))
        return found or 0.0


@dataclass(frozen=True)
class PlanRow:
    """Videos and ratings needed with this many readers."""

    n_readers: int
    sigma: float
    n_videos: int

    @property
    def n_ratings(self) -> int:
        return self.n_readers * self.n_videos


def plan(
    model: LatentNormal,
    wanted: float,
    *,
    readers: Iterable[int] = (2, 3, 4, 6, 8),
    confidence: float = 0.95,
    seed: int = 0,
) -> tuple[PlanRow, ...]:
    """Videos for an expected interval of ± ``wanted`` around AC1, for each number of readers."""
    sigmas = [(r, model.sigma(r, seed=seed)) for r in readers]
    return tuple(
        PlanRow(r, sigma, videos_needed(wanted, sigma, confidence=confidence)) for r, sigma in sigmas
    )


@dataclass(frozen=True)
class SimulatedPrecision:
    """What many simulated studies of one size found.

    ac1: the population's; mean, sd: of the AC1 found, between studies. half_width, coverage: mean of the
    interval given the readers, and how often it holds the population's AC1. half_width_new, coverage_new: the
    same for new readers; None below three readers. failed: studies that gave no interval (all ratings alike),
    left out of all.
    """

    n_videos: int
    n_readers: int
    replicates: int
    ac1: float
    mean: float
    sd: float
    half_width: float
    coverage: float
    half_width_new: float | None
    coverage_new: float | None
    failed: int


def simulate(
    model: LatentNormal,
    n_videos: int,
    n_readers: int,
    *,
    replicates: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> SimulatedPrecision:
    """Studies of this size drawn from the model with ``seed``, each analysed as a real one would be.

    Shows what the formula cannot: whether the interval keeps its promise at this size, and what readers who
    differ (``reader_sd``) add. It is as good as the model: real readers also disagree on *kinds* of video.

    Raises ValueError for fewer than two videos or readers, or when every study came out without an interval.
    """
    if min(n_videos, n_readers) < 2:
        raise ValueError("A study needs at least two videos and two readers.")
    rng, truth = np.random.default_rng(seed), model.ac1
    found, new, failed = [], [], 0
    for _ in range(replicates):
        ratings = model.draw(rng, n_videos, n_readers)
        here = agreement(ratings, confidence=confidence)
        if not here.se or here.estimate is None:
            failed += 1
            continue
        half = here.se * float(stdtrit(n_videos - 1, (1 + confidence) / 2))
        found.append((here.estimate, half, abs(here.estimate - truth) <= half))
        wider = new_readers(ratings, confidence=confidence).se if n_readers > 2 else None
        if wider is not None:
            half = wider * float(ndtri((1 + confidence) / 2))
            new.append((half, abs(here.estimate - truth) <= half))
    if not found:
        raise ValueError("Every simulated study had all ratings alike; there is no interval to plan for.")
    estimates, halves, covered = np.array(found, dtype=float).T
    new_half, new_covered = np.array(new, dtype=float).mean(axis=0).tolist() if new else (None, None)
    return SimulatedPrecision(
        n_videos=n_videos,
        n_readers=n_readers,
        replicates=replicates,
        ac1=truth,
        mean=float(estimates.mean()),
        sd=float(estimates.std()),
        half_width=float(halves.mean()),
        coverage=float(covered.mean()),
        half_width_new=new_half,
        coverage_new=new_covered,
        failed=failed,
    )
