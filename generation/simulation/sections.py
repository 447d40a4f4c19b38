"""Plane sections of triangle meshes, and rays shot at them: the tools of `measure_mesh`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from generation.simulation.rasterise import Array, Faces


@dataclass(frozen=True)
class Section:
    """Where a mesh meets a plane: directed segments (n, 2, 3), the inside of the mesh on their left."""

    segments: Array
    normal: Array

    @property
    def points(self) -> Array:
        return self.segments[:, 0]

    def area_and_centroid(self) -> tuple[float, Array]:
        """mm² and (3,) centroid of what is enclosed (Green's theorem; segments need no order)."""
        a, b = self.segments[:, 0], self.segments[:, 1]
        origin = a.mean(0)
        twice = np.cross(a - origin, b - origin) @ self.normal
        return abs(twice.sum()) / 2, origin + (twice[:, None] * (a + b - 2 * origin)).sum(0) / (
            3 * twice.sum()
        )

    def nearest_part(self, point: Array) -> Section:
        """The connected outline whose points' mean lies nearest to `point`."""
        keys = np.round(self.segments.reshape(-1, 3), 6)
        node = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1, 2)
        count = int(node.max()) + 1
        graph = coo_matrix((np.ones(len(node)), (node[:, 0], node[:, 1])), shape=(count, count))
        label = connected_components(graph, directed=False)[1][node[:, 0]]
        means = [self.points[label == k].mean(0) for k in range(label.max() + 1)]
        best = int(np.argmin([np.linalg.norm(mean - point) for mean in means]))
        return Section(self.segments[label == best], self.normal)


def section(points: Array, faces: Faces, origin: Array, normal: Array) -> Section:
    """Cut the mesh by the plane through `origin`. Raises ValueError if it misses."""
    normal = np.asarray(normal, dtype=float) / np.linalg.norm(normal)
    height = (points - origin) @ normal
    above = height > 0
    crossed = faces[(above[faces].sum(1) % 3) != 0]
    if not len(crossed):
        raise ValueError("the plane misses the mesh")
    # Turn each triangle so that its lone vertex (on one side of the plane by itself) comes first.
    up = above[crossed]
    lone = np.where(up.sum(1)[:, None] == 1, up, ~up).argmax(1)
    turned = np.take_along_axis(crossed, (lone[:, None] + np.arange(3)) % 3, axis=1)
    first, second = (_cross(points, height, turned[:, 0], turned[:, k]) for k in (1, 2))
    flip = above[turned[:, 0]][:, None]
    return Section(np.stack([np.where(flip, first, second), np.where(flip, second, first)], axis=1), normal)


def _cross(points: Array, height: Array, a: Array, b: Array) -> Array:
    part = height[a] / (height[a] - height[b])
    return points[a] + part[:, None] * (points[b] - points[a])


def ray_hits(points: Array, faces: Faces, origin: Array, direction: Array) -> Array:
    """Distances (sorted, > 0) at which a ray meets the mesh (Möller and Trumbore 1997)."""
    a, b, c = points[faces].transpose(1, 0, 2)
    e1, e2 = b - a, c - a
    p = np.cross(direction, e2)
    det = (e1 * p).sum(1)
    inverse = 1 / np.where(np.abs(det) < 1e-12, np.inf, det)
    s = origin - a
    u = (s * p).sum(1) * inverse
    q = np.cross(s, e1)
    v = (q @ direction) * inverse
    t = (e2 * q).sum(1) * inverse
    return np.sort(t[(u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0)])
