"""How much of each ray lies inside a closed triangle mesh, for every pixel of a film.

A ray that crosses a closed surface enters as often as it leaves, so the path length inside is the signed sum
of the depths of all crossings. Depth is affine across a projected triangle (the perspective error on
triangles of a few millimetres at one metre is below 0.01 mm), so a triangle adds a piecewise linear function
to each film row it touches. Such functions are summed by their second differences: only the two ends of every
(triangle, row) span are written, and two cumulative sums along the rows restore all pixels at once. Cost
follows the number of spans, not of pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Faces = NDArray[np.int64]


@dataclass(frozen=True)
class Camera:
    """Point source in front of the patient, flat detector behind; millimetres.

    Patient axes: x to the patient's left, y to the back, z to the head. Film rows run down (−z), columns run
    to the patient's left, as a radiograph is hung. The film is square, `size` × `size` pixels over `field` mm
    of detector, and its centre lies on the ray through (`centre_x`, 0, `centre_z`).
    """

    size: int
    field: float = 430.0
    centre_x: float = 0.0
    centre_z: float = 0.0
    source_y: float = -950.0
    detector_y: float = 130.0

    @property
    def pixel(self) -> float:
        """Width of a pixel on the detector, mm."""
        return self.field / self.size

    @property
    def magnification(self) -> float:
        """Of the plane y = 0, through the hips."""
        return (self.detector_y - self.source_y) / -self.source_y

    def project(self, points: Array) -> tuple[Array, Array, Array]:
        """(n, 3) points in mm → column and row in pixels (pixel centres at .5), and the depth fraction t.

        t is the part of the way from source to detector plane, 0..1, at which the point lies.
        """
        t = (points[:, 1] - self.source_y) / (self.detector_y - self.source_y)
        column = (points[:, 0] - self.centre_x) / (t * self.pixel) + self.size / 2
        row = (self.centre_z - points[:, 2]) / (t * self.pixel) + self.size / 2
        return column, row, t

    def plane_axes(self) -> tuple[Array, Array]:
        """x of each column and z of each row, in the plane y = 0 (mm)."""
        offset: Array = (np.arange(self.size, dtype=float) + 0.5) * self.pixel - self.field / 2
        return self.centre_x + offset / self.magnification, self.centre_z - offset / self.magnification

    def ray_scale(self) -> Array:
        """(size, size) length in mm of the ray from the source to each pixel; not to be written to."""
        return _ray_scale(self.size, self.field, self.detector_y - self.source_y)


def ray_length(points: Array, faces: Faces, camera: Camera) -> Array:
    """(size, size) millimetres of each ray inside the closed mesh (points (n, 3), faces (m, 3), outward).

    Overlapping closed meshes may be passed as one: their lengths add.
    """
    spans = Spans(points, faces, camera)
    _, _, t = camera.project(points)
    return spans.signed_sum(t) * camera.ray_scale()


class Spans:
    """The film rows that each triangle of a mesh crosses, ready to sum any per-vertex quantity."""

    def __init__(self, points: Array, faces: Faces, camera: Camera) -> None:
        self.size = camera.size
        column, row, _ = camera.project(points)
        a, b, c = faces.T
        area = (column[b] - column[a]) * (row[c] - row[a]) - (column[c] - column[a]) * (row[b] - row[a])
        # Vertices in order of their rows: a shared edge is then seen alike by both its triangles, which makes
        # the pixel ranges of neighbours fit without gap or overlap.
        a, b = _in_order(a, b, row)
        b, c = _in_order(b, c, row)
        a, b = _in_order(a, b, row)
        first = np.clip(np.ceil(row[a] - 0.5), 0, self.size).astype(np.int64)
        last = np.clip(np.ceil(row[c] - 0.5), 0, self.size).astype(np.int64)
        count = np.where(area == 0, 0, last - first)
        triangle = np.repeat(np.arange(len(faces)), count)
        start = np.cumsum(count) - count
        at = first[triangle] + np.arange(len(triangle)) - start[triangle]
        # The long side runs from the first to the last corner; the broken side passes the middle one.
        a, b, c = a[triangle], b[triangle], c[triangle]
        above = at + 0.5 < row[b]
        d, e = np.where(above, a, b), np.where(above, b, c)
        on_long = _part(row[a], row[c], at + 0.5)
        on_broken = _part(row[d], row[e], at + 0.5)
        x_long = _mix(column[a], column[c], on_long)
        x_broken = _mix(column[d], column[e], on_broken)
        x_left, x_right = np.minimum(x_long, x_broken), np.maximum(x_long, x_broken)
        left = np.clip(np.ceil(x_left - 0.5), 0, camera.size).astype(np.int64)
        right = np.clip(np.ceil(x_right - 0.5), 0, camera.size).astype(np.int64)
        seen = right > left
        self.long = a[seen], c[seen], on_long[seen]
        self.broken = d[seen], e[seen], on_broken[seen]
        self.long_left = (x_long <= x_broken)[seen]
        self.sign = np.where(area > 0, 1.0, -1.0)[triangle][seen]
        at, left, right, x_left = at[seen], left[seen], right[seen], x_left[seen]
        width = np.maximum(x_right[seen] - x_left, 1e-12)
        self.first, self.last = (left + 0.5 - x_left) / width, (right - 0.5 - x_left) / width
        self.steps = np.maximum(right - left - 1, 1)
        # Only the part of the film that the mesh covers is summed; the rest is zero.
        self.box = (_bounds(at, at + 1), _bounds(left, right + 2))
        (top, bottom), (west, east) = self.box
        self.shape = bottom - top, east - west
        base = (at - top) * self.shape[1] - west
        self.places = np.concatenate([base + left, base + left + 1, base + right, base + right + 1])

    def signed_sum(self, value: Array) -> Array:
        """Sum over all crossings of ±value (per vertex, affine on triangles): + where the ray leaves."""
        return self._accumulate(value, self.sign)

    def means(self, *values: Array) -> tuple[Array, ...]:
        """Mean of each per-vertex value over all crossings of each ray; 0 where the mesh is missed."""
        once = np.ones_like(self.sign)
        hits = np.maximum(self._summed(once, once, once), 0.5)
        return tuple(self._on_film(self._sums_of(value, once) / hits) for value in values)

    def _accumulate(self, value: Array, weight: Array) -> Array:
        return self._on_film(self._sums_of(value, weight))

    def _sums_of(self, value: Array, weight: Array) -> Array:
        (a, b, long), (c, d, broken) = self.long, self.broken
        on_long, on_broken = _mix(value[a], value[b], long), _mix(value[c], value[d], broken)
        v_left = np.where(self.long_left, on_long, on_broken)
        v_right = np.where(self.long_left, on_broken, on_long)
        head, tail = _mix(v_left, v_right, self.first), _mix(v_left, v_right, self.last)
        return self._summed(weight, head, tail)

    def _summed(self, weight: Array, head: Array, tail: Array) -> Array:
        head, tail = weight * head, weight * tail
        slope = (tail - head) / self.steps
        # Second differences of a ramp head, head+slope, …, tail on [left, right) and zero elsewhere.
        steps = np.concatenate([head, slope - head, -(tail + slope), tail])
        total = np.bincount(self.places, steps, self.shape[0] * self.shape[1])
        summed = total.astype(float, copy=False).reshape(self.shape)
        for _ in range(2):
            np.cumsum(summed, axis=1, out=summed)
        return summed

    def _on_film(self, part: Array) -> Array:
        (top, bottom), (west, east) = self.box
        film = np.zeros((self.size, self.size + 2))
        film[top:bottom, west:east] = part
        return film[:, : self.size]


def _in_order(a: Index, b: Index, row: Array) -> tuple[Index, Index]:
    swapped = row[b] < row[a]
    return np.where(swapped, b, a), np.where(swapped, a, b)


def _bounds(low: Index, high: Index) -> tuple[int, int]:
    return (int(low.min()), int(high.max())) if len(low) else (0, 0)


@lru_cache(maxsize=4)
def _ray_scale(size: int, field: float, distance: float) -> Array:
    offset = (np.arange(size) + 0.5) * field / size - field / 2
    scale: Array = np.sqrt(offset[None] ** 2 + offset[:, None] ** 2 + distance**2)
    scale.flags.writeable = False
    return scale


def _part(low: Array, high: Array, at: Array) -> Array:
    return (at - low) / np.maximum(high - low, 1e-12)


def _mix(a: Array, b: Array, part: Array) -> Array:
    return a + (b - a) * part
