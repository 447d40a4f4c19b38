"""Does a model hand out films that it was trained with? Drawn images against training and held-out films.

Images are compared by what tells films apart: correlation after whitening with the mean spectrum of the
training films, so that what all films share counts little; at the best small shift, mirrored or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from generation.imaging.canonical import area_average

SIDE = 32  # pixels a side that are compared
SHIFT = 3  # of them, in each direction
FALSE_ALARMS = 0.01
Images = NDArray[np.uint8]
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Memorisation:
    """``suspects``: indices of drawn images that are nearer to a training film than ``threshold``.

    The threshold lets FALSE_ALARMS of the held-out films pass, which nobody can have memorised; ``p_value``:
    the chance of so many suspects among images that are as new as those. ``nearer_to_training``: share of
    drawn images whose nearest film is a training film, of equally many of both kinds (new images: one half).
    """

    similarity: NDArray[np.float64]
    nearest: NDArray[np.int64]
    threshold: float
    suspects: tuple[int, ...]
    expected: float
    p_value: float
    nearer_to_training: float


class Comparer:
    """Similarity to a fixed set of films (n, H, W), 1 for the same film."""

    def __init__(self, films: Images) -> None:
        small = _small(films)
        self.mean = small.mean(axis=0)
        power = np.mean(np.abs(np.fft.fft2(small - self.mean)) ** 2, axis=0)
        mirrored = np.roll(power[:, ::-1], 1, axis=1)
        self.filter = 1 / np.sqrt((power + mirrored) / 2 + 1e-2 * power.mean())
        self.films = self._unit(small)

    def best(self, images: Images) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """For each image the similarity to its most similar film, and which film that is."""
        found = [self._against(image) for image in _small(images)]
        each = np.array([similarities.max() for similarities in found])
        return each, np.array([int(similarities.argmax()) for similarities in found])

    def _against(self, image: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = [
            np.roll(turned, (down, right), axis=(0, 1))
            for turned in (image, image[:, ::-1])
            for down in range(-SHIFT, SHIFT + 1)
            for right in range(-SHIFT, SHIFT + 1)
        ]
        return np.asarray((self._unit(np.array(moved)) @ self.films.T).max(axis=0), dtype=np.float64)

    def _unit(self, small: NDArray[np.float64]) -> Matrix:
        """Whitened, tapered to the middle, of length 1; (n, SIDE²)."""
        white = np.fft.ifft2(np.fft.fft2(small - self.mean) * self.filter).real * _window()
        flat = white.reshape(len(white), -1)
        return (flat / np.linalg.norm(flat, axis=1, keepdims=True)).astype(np.float32)


def audit(drawn: Images, training: Images, held_out: Images, *, seed: int = 0) -> Memorisation:
    """Look for training films among ``drawn`` (n, H, W); held-out films say how near is ordinary.

    Raises ValueError for fewer held-out films than a threshold at FALSE_ALARMS needs.
    """
    needed = round(1 / FALSE_ALARMS)
    if len(held_out) < needed or len(training) < len(held_out):
        raise ValueError(
            f"The audit needs {needed} held-out films and as many for training, not {len(held_out)} and "
            f"{len(training)}."
        )
    against = Comparer(training)
    similarity, nearest = against.best(drawn)
    ordinary, _ = against.best(held_out)
    threshold = float(np.quantile(ordinary, 1 - FALSE_ALARMS, method="higher"))
    suspects = np.flatnonzero(similarity > threshold)
    equal = np.random.default_rng(seed).choice(len(training), len(held_out), replace=False)
    against.films = np.concatenate([against.films[equal], against._unit(_small(held_out))])
    _, kind = against.best(drawn)
    return Memorisation(
        similarity=similarity,
        nearest=nearest,
        threshold=threshold,
        suspects=tuple(int(index) for index in suspects[np.argsort(-similarity[suspects])]),
        expected=FALSE_ALARMS * len(drawn),
        p_value=float(stats.binom.sf(len(suspects) - 1, len(drawn), FALSE_ALARMS)),
        nearer_to_training=float(np.mean(kind < len(held_out))),
    )


def _small(images: Images) -> NDArray[np.float64]:
    return np.array([area_average(image, rows=SIDE, columns=SIDE) for image in images], dtype=np.float64)


def _window() -> NDArray[np.float64]:
    taper = np.minimum(1, np.hanning(SIDE + 2)[1:-1] * 2)
    return np.outer(taper, taper)
