"""Points on the bones that the deformations steer by, found once on the mean shape and then known by index.

They serve to *set* an attribute. What a finished person measures is found without them, in `measure_mesh` and
`measure_film`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from generation.simulation.fields import directions, vertex_normals
from generation.simulation.rasterise import Array, Camera, ray_length
from generation.simulation.shape import LEFT, RIGHT, SACRUM, Bones, fit_sphere, mean_bones, shape_model

Index = NDArray[np.int64]
RIM = 7.0  # mm around the obturator foramen
SECTORS = 36


@dataclass(frozen=True)
class Landmarks:
    """Vertex indices into the pelvis (by side where there are two) and the femur."""

    foramen: dict[int, Index]
    socket: dict[int, Index]
    wall: dict[int, Index]
    brim: dict[int, Index]
    symphysis_top: Index
    promontory: Index
    neck: Index
    shaft: tuple[Index, Index]

    def foramen_roundness(self, pelvis: Array, side: int) -> float:
        """Short over long axis of the foramen as projected."""
        return opening_roundness(pelvis[self.foramen[side]])

    def interacetabular_distance(self, pelvis: Array) -> float:
        """Between the inner walls, mm."""
        return float(pelvis[self.wall[LEFT], 0].mean() - pelvis[self.wall[RIGHT], 0].mean())

    def ring(self, pelvis: Array) -> tuple[float, float]:
        """Height and greatest width of the ring as projected, mm."""
        height = pelvis[self.promontory, 2].mean() - pelvis[self.symphysis_top, 2].mean()
        width = pelvis[self.brim[LEFT], 0].mean() - pelvis[self.brim[RIGHT], 0].mean()
        return float(height), float(width)

    def neck_shaft_angle(self, femur: Array, head: Array) -> float:
        """Between the axis head–neck and the shaft, degrees."""
        upper, lower = (femur[ring].mean(0) for ring in self.shaft)
        down = (lower - upper) / np.linalg.norm(lower - upper)
        out = femur[self.neck].mean(0) - head
        out /= np.linalg.norm(out)
        return float(180 - np.degrees(np.arccos(np.clip(out @ down, -1, 1))))


@cache
def landmarks() -> Landmarks:
    """Find the landmarks on the mean shape."""
    model = shape_model()
    bones = mean_bones()
    pelvis, part = bones.pelvis, model.pelvis_part
    hip, radius = model.hip(bones, LEFT)
    z = pelvis[:, 2] - hip[2]
    walls, brims, foramina, sockets = {}, {}, {}, {}
    for side, sign in ((LEFT, 1.0), (RIGHT, -1.0)):
        own = part == side
        inward = -sign * pelvis[:, 0]
        walls[side] = _extreme(inward, own & (z > 0) & (z < 6) & (np.abs(pelvis[:, 1] - hip[1]) < 30), 4)
        brims[side] = _widest_of_brim(pelvis, own, sign, hip[2])
        foramina[side] = _foramen_outline(bones, side)
        sockets[side] = _socket(bones, side)
    middle = np.abs(pelvis[:, 0]) < 14
    femur = bones.femur_left
    shaft_level = hip[2] - femur[:, 2]
    return Landmarks(
        foramen=foramina,
        socket=sockets,
        wall=walls,
        brim=brims,
        symphysis_top=_extreme(pelvis[:, 2], middle & (part != SACRUM) & (z < 0), 8),
        promontory=_extreme(-pelvis[:, 1], middle & (part == SACRUM) & (z > 40), 8),
        neck=_neck_ring(femur, hip, radius),
        shaft=(_ring(shaft_level, 110.0), _ring(shaft_level, 190.0)),
    )


def _extreme(value: Array, among: NDArray[np.bool_], count: int) -> Index:
    chosen = np.flatnonzero(among)
    return chosen[np.argsort(value[chosen])[-count:]]


def _ring(level: Array, at: float) -> Index:
    return np.flatnonzero(np.abs(level - at) < 8)


def _neck_ring(femur: Array, hip: Array, radius: float) -> Index:
    """A band around the neck, square to its axis, where it is narrowest."""
    axis = np.array([0.72, 0.0, -0.69])
    for _ in range(5):
        along = (femur - hip) @ axis
        off = np.linalg.norm(femur - hip - along[:, None] * axis, axis=1)
        ring = np.flatnonzero((np.abs(along - 1.2 * radius) < 4) & (off < 1.1 * radius))
        axis = femur[ring].mean(0) - hip
        axis /= np.linalg.norm(axis)
    return ring


def _widest_of_brim(pelvis: Array, own: NDArray[np.bool_], sign: float, hip_z: float) -> Index:
    """The most medial vertices of the hip bone at the height where these lie farthest out."""
    best, widest = np.zeros(0, dtype=np.int64), 0.0
    for level in np.arange(hip_z + 15, hip_z + 60, 3.0):
        band = own & (np.abs(pelvis[:, 2] - level) < 3)
        inner = _extreme(-sign * pelvis[:, 0], band, 4)
        if (width := float(sign * pelvis[inner, 0].mean())) > widest:
            best, widest = inner, width
    return best


def _socket(bones: Bones, side: int) -> Index:
    """Vertices of the hip bone around the head that face it and lie within 2.2 mm of one sphere."""
    model = shape_model()
    head, radius = model.hip(bones, side)
    distance, direction = directions(bones.pelvis, head)
    facing = (vertex_normals(bones.pelvis, model.pelvis_faces) * direction).sum(1) < -0.75
    around = facing & (model.pelvis_part == side) & (distance < radius + 8)
    centre, reach = fit_sphere(bones.pelvis[around])
    near = np.abs(np.linalg.norm(bones.pelvis - centre, axis=1) - reach) < 2.2
    return np.flatnonzero(around & near)


def opening_roundness(rim: Array) -> float:
    """Short over long axis of the opening that points (n, 3) around it leave free in the x–z plane.

    The opening reaches, in each of 36 directions from the points' middle, to the nearest point; its axes come
    from its second moments.
    """
    x, z = rim[:, 0] - rim[:, 0].mean(), rim[:, 2] - rim[:, 2].mean()
    sector = ((np.arctan2(z, x) + np.pi) * (SECTORS / (2 * np.pi))).astype(int) % SECTORS
    reach = np.full(SECTORS, np.inf)
    np.minimum.at(reach, sector, np.hypot(x, z))
    seen = np.flatnonzero(np.isfinite(reach))
    reach = np.interp(np.arange(SECTORS), seen, reach[seen], period=SECTORS)
    angle = (np.arange(SECTORS) + 0.5) * (2 * np.pi / SECTORS) - np.pi
    along, up = reach * np.cos(angle), reach * np.sin(angle)
    area = reach**2 / 2
    middle_x, middle_z = 2 / 3 * area @ along / area.sum(), 2 / 3 * area @ up / area.sum()
    a = 0.5 * area @ along**2 / area.sum() - middle_x**2
    b = 0.5 * area @ up**2 / area.sum() - middle_z**2
    c = 0.5 * area @ (along * up) / area.sum() - middle_x * middle_z
    half = float(np.hypot((a - b) / 2, c))
    return float(np.sqrt(((a + b) / 2 - half) / ((a + b) / 2 + half)))


def _foramen_outline(bones: Bones, side: int) -> Index:
    """Vertices that project within `RIM` mm of the opening of the obturator foramen."""
    model = shape_model()
    camera = Camera(size=500, field=500.0)
    own = model.pelvis_part[model.pelvis_faces[:, 0]] == side
    bone = ray_length(bones.pelvis, model.pelvis_faces[own], camera) > 0.05
    labels, count = ndimage.label(~bone)
    hole = 1 + int(np.argmax([(labels == i).sum() * (i != labels[0, 0]) for i in range(1, count + 1)]))
    index = np.flatnonzero(model.pelvis_part == side)
    column, row, _ = camera.project(bones.pelvis[index])
    distance = cKDTree(np.argwhere(labels == hole) + 0.5).query(np.c_[row, column])[0]
    return index[distance < RIM / camera.pixel]
