"""Reads numbers (a distance in mm, a grade, an age) off images: ridge regression on their pixels.

A linear probe, because it answers to a change in an image by the same amount wherever the image lies, and
does not saturate where a model exaggerates. It is learned within groups: that two attributes differ between
the groups teaches it nothing, so that it cannot read one off the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.imaging.canonical import area_average

Array = NDArray[np.float64]
Images = NDArray[np.uint8]
SIDE = 64  # pixels a side that are read: more did not read better, and cost more
STRENGTHS = tuple(10.0**power for power in range(3, 10))


@dataclass(frozen=True)
class Probe:
    """``weights`` (pixels, names) and where they start. Readings are shrunken towards the mean of the films
    that were learned from: compare them only with readings of other images, of the true films above all.
    """

    names: tuple[str, ...]
    mean: Array
    weights: Array
    start: Array

    def read(self, images: Images) -> dict[str, Array]:
        """The reading of each name on each image (n, H, W)."""
        flat = _flat(images)
        found = (flat - self.mean) @ self.weights + self.start
        return {name: found[:, column] for column, name in enumerate(self.names)}


def learn(images: Images, values: Mapping[str, Array], groups: Sequence[str] | NDArray[np.str_]) -> Probe:
    """Learn to read ``values`` (name to (n,)) off images (n, H, W), within ``groups`` (n).

    The strength of each ridge is the one with the smallest leave-one-out error (Hastie et al. 2009,
    equation 7.64), from the eigenvalues of the images' products.
    """
    flat = _flat(images)
    targets = np.stack([np.asarray(value, dtype=np.float64) for value in values.values()], axis=1)
    x, y = _within(flat, groups), _within(targets, groups)
    eigenvalues, vectors = np.linalg.eigh(x @ x.T)
    eigenvalues = eigenvalues.clip(min=0)
    turned = vectors.T @ y
    best = np.full(y.shape[1], np.inf)
    dual = np.zeros_like(y)
    for strength in STRENGTHS:
        shrunken = eigenvalues / (eigenvalues + strength)
        leverage = (vectors**2) @ shrunken
        missed = (y - vectors @ (shrunken[:, None] * turned)) / (1 - leverage)[:, None]
        errors = (missed**2).mean(axis=0)
        better = errors < best
        solution = vectors @ (turned / (eigenvalues + strength)[:, None])
        dual[:, better], best[better] = solution[:, better], errors[better]
    return Probe(tuple(values), flat.mean(axis=0), x.T @ dual, targets.mean(axis=0))


def explained(
    probe: Probe, images: Images, values: Mapping[str, Array], groups: Sequence[str] | NDArray[np.str_]
) -> dict[str, float]:
    """Squared correlation of reading and truth within groups, on films that were not learned from."""
    readings = probe.read(images)
    return {
        name: float(
            np.corrcoef(
                _within(readings[name][:, None], groups)[:, 0], _within(value[:, None], groups)[:, 0]
            )[0, 1]
            ** 2
        )
        for name, value in values.items()
    }


def _flat(images: Images) -> Array:
    side = min(SIDE, images.shape[-1])
    small = np.array([area_average(image, rows=side, columns=side) for image in images])
    return small.reshape(len(images), -1).astype(np.float64)


def _within(rows: Array, groups: Sequence[str] | NDArray[np.str_]) -> Array:
    """Rows (n, d) minus the mean of their own group."""
    labels = np.asarray(groups)
    centred = rows.astype(np.float64).copy()
    for label in np.unique(labels):
        centred[labels == label] -= rows[labels == label].mean(axis=0)
    return centred
