"""Small functions of points that deformations, cortex and grain are made of."""

from __future__ import annotations

import numpy as np

from generation.simulation.rasterise import Array, Faces


def smooth_step(x: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, a cubic without corners between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3 - 2 * t)


def bump(x: Array, centre: float, width: float) -> Array:
    """Gaussian of height 1."""
    return np.exp(-(((x - centre) / width) ** 2))


def rotation(axis: str, degrees: float) -> Array:
    """(3, 3) right-handed rotation about "x", "y" or "z"; apply as points @ R.T."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    turn = np.eye(3)
    turn[i, i] = turn[j, j] = c
    turn[i, j], turn[j, i] = -s, s
    return turn


def directions(points: Array, centre: Array) -> tuple[Array, Array]:
    """Distance (n,) and unit direction (n, 3) of points from `centre`."""
    away = points - centre
    distance = np.linalg.norm(away, axis=1)
    return distance, away / np.maximum(distance, 1e-9)[:, None]


def vertex_normals(points: Array, faces: Faces) -> Array:
    """(n, 3) outward unit normals, area-weighted over the faces around each vertex."""
    a, b, c = points[faces].transpose(1, 0, 2)
    face = np.cross(b - a, c - a)
    corners = faces.T.ravel()
    total = np.stack([np.bincount(corners, np.tile(face[:, k], 3), len(points)) for k in range(3)], axis=1)
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
