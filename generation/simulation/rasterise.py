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

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
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
        """(size, size) length in mm of the ray from the source to each pixel."""
        offset = (np.arange(self.size) + 0.5) * self.pixel - self.field / 2
        distance = self.detector_y - self.source_y
        return np.sqrt(offset[None] ** 2 + offset[:, None] ** 2 + distance**2)


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
        # Vertices in order of their rows: a shared edge is then seen alike by both its triangles, which makes
        # the pixel ranges of neighbours fit without gap or overlap.
        order = np.argsort(row[faces], axis=1, kind="stable")
        self.corner = np.take_along_axis(faces, order, axis=1)
        y, x = row[self.corner], column[self.corner]
        a, b, c = faces.T
        area = (column[b] - column[a]) * (row[c] - row[a]) - (column[c] - column[a]) * (row[b] - row[a])
        first = np.clip(np.ceil(y[:, 0] - 0.5), 0, self.size).astype(np.int64)
        last = np.clip(np.ceil(y[:, 2] - 0.5), 0, self.size).astype(np.int64)
        count = np.where(area == 0, 0, last - first)
        self.triangle = np.repeat(np.arange(len(faces)), count)
        start = np.cumsum(count) - count
        self.row = first[self.triangle] + np.arange(len(self.triangle)) - start[self.triangle]
        centre = self.row + 0.5
        k = self.triangle
        # The long side runs from the first to the last corner; the broken side passes the middle one.
        self.long = _part(y[k, 0], y[k, 2], centre)
        upper = centre < y[k, 1]
        self.from_corner = np.where(upper, 0, 1)
        low, high = y[k, self.from_corner], y[k, self.from_corner + 1]
        self.broken = _part(low, high, centre)
        x_long = _mix(x[k, 0], x[k, 2], self.long)
        x_broken = _mix(x[k, self.from_corner], x[k, self.from_corner + 1], self.broken)
        self.long_left = x_long <= x_broken
        self.x_left = np.minimum(x_long, x_broken)
        self.x_right = np.maximum(x_long, x_broken)
        self.left = np.clip(np.ceil(self.x_left - 0.5), 0, self.size).astype(np.int64)
        self.right = np.clip(np.ceil(self.x_right - 0.5), 0, self.size).astype(np.int64)
        self.sign = np.where(area > 0, 1.0, -1.0)[k]
        self._keep(self.right > self.left)

    def _keep(self, seen: NDArray[np.bool_]) -> None:
        for name, value in list(vars(self).items()):
            if isinstance(value, np.ndarray) and value.shape == seen.shape and name != "corner":
                setattr(self, name, value[seen])

    def signed_sum(self, value: Array) -> Array:
        """Sum over all crossings of ±value (per vertex, affine on triangles): + where the ray leaves."""
        return self._accumulate(value, self.sign)

    def means(self, *values: Array) -> tuple[Array, ...]:
        """Mean of each per-vertex value over all crossings of each ray; 0 where the mesh is missed."""
        once = np.ones_like(self.sign)
        hits = np.maximum(self._accumulate(np.ones(int(self.corner.max()) + 1), once), 0.5)
        return tuple(self._accumulate(value, once) / hits for value in values)

    def _accumulate(self, value: Array, weight: Array) -> Array:
        k = self.triangle
        v = value[self.corner]
        on_long = _mix(v[k, 0], v[k, 2], self.long)
        on_broken = _mix(v[k, self.from_corner], v[k, self.from_corner + 1], self.broken)
        v_left = np.where(self.long_left, on_long, on_broken)
        v_right = np.where(self.long_left, on_broken, on_long)
        width = np.maximum(self.x_right - self.x_left, 1e-12)
        head = weight * _mix(v_left, v_right, (self.left + 0.5 - self.x_left) / width)
        tail = weight * _mix(v_left, v_right, (self.right - 0.5 - self.x_left) / width)
        pixels = self.right - self.left
        slope = (tail - head) / np.maximum(pixels - 1, 1)
        # Second differences of a ramp head, head+slope, …, tail on [left, right) and zero elsewhere.
        stride = self.size + 2
        base = self.row * stride
        places = np.concatenate(
            [base + self.left, base + self.left + 1, base + self.right, base + self.right + 1]
        )
        steps = np.concatenate([head, slope - head, -(tail + slope), tail])
        total: Array = np.bincount(places, steps, self.size * stride).astype(float, copy=False)
        total = total.reshape(self.size, stride)
        summed: Array = np.cumsum(np.cumsum(total, axis=1), axis=1)
        return summed[:, : self.size]


def _part(low: Array, high: Array, at: Array) -> Array:
    return (at - low) / np.maximum(high - low, 1e-12)


def _mix(a: Array, b: Array, part: Array) -> Array:
    return a + (b - a) * part
