"""The statistical shape model of pelvis and femur, and one person's bones in a frame symmetric about x = 0.

The model comes from CT of 26 people (LLP26, Auckland Bioengineering Institute; see `atlas/NOTICE`).
Millimetres; x to the patient's left, y to the back, z to the head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from generation.simulation.fields import rotation
from generation.simulation.rasterise import Array, Faces

ATLAS = Path(__file__).parent / "atlas" / "llp26_pelvis_femur_ssm.npz"
RIGHT, LEFT, SACRUM = 0, 1, 2
# Tilt about the hips, degrees, that brings the people of the atlas, scanned lying, to the usual film: the
# anterior pelvic plane (iliac spines, pubic tubercles) within 3° of the film plane, open obturator foramina.
STANCE = -7.0
MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True)
class Bones:
    """One person's bone surfaces; faces and parts are those of the `ShapeModel`, shared by everybody."""

    pelvis: Array
    femur_left: Array
    femur_right: Array

    def femur(self, side: int) -> Array:
        return self.femur_left if side == LEFT else self.femur_right

    def with_femur(self, side: int, points: Array) -> Bones:
        return replace(self, **{"femur_left" if side == LEFT else "femur_right": points})


@dataclass(frozen=True)
class ShapeModel:
    """Means, modes and mesh topology.

    `pelvis_part` names the bone of each pelvic vertex (RIGHT, LEFT hip bone, SACRUM); `twin` is the right hip
    bone's vertex nearest to each left one's mirror image; `head` marks the vertices of the femoral head.
    """

    pelvis_mean: Array
    pelvis_modes: Array
    pelvis_faces: Faces
    pelvis_part: NDArray[np.uint8]
    femur_mean: Array
    femur_modes: Array
    femur_faces: Faces
    sd: Array
    twin: NDArray[np.int64]
    head: NDArray[np.bool_]

    def faces_of_femur(self, side: int) -> Faces:
        """Outward faces; the right femur is a mirror image, so its faces turn round."""
        return self.femur_faces if side == LEFT else self.femur_faces[:, ::-1]

    def bones(self, scores: Array, size: float = 1.0) -> Bones:
        """Bones for mode scores (in SD; as many as given, the rest 0) times `size`, in the symmetric frame.

        The origin is midway between the hip bones' centres, x the line between them, z as upright as that
        allows. The right femur is the left one mirrored into the right hip.
        """
        weight = np.zeros(len(self.sd))
        weight[: len(scores)] = scores
        weight *= self.sd
        pelvis = size * (self.pelvis_mean + np.tensordot(weight, self.pelvis_modes, 1))
        femur = size * (self.femur_mean + np.tensordot(weight, self.femur_modes, 1))
        left, right = pelvis[self.pelvis_part == LEFT], pelvis[self.pelvis_part == RIGHT][self.twin]
        across = left.mean(0) - right.mean(0)
        across /= np.linalg.norm(across)
        up = np.array([0.0, 0.0, 1.0]) - across * across[2]
        up /= np.linalg.norm(up)
        axes = np.stack([across, np.cross(up, across), up])
        centre = (left.mean(0) + right.mean(0)) / 2
        pelvis, femur, left, right = ((p - centre) @ axes.T for p in (pelvis, femur, left, right))
        turn, shift = rigid_fit(left * MIRROR, right)
        bones = Bones(pelvis, femur, (femur * MIRROR) @ turn.T + shift)
        hips = (self.hip(bones, LEFT)[0] + self.hip(bones, RIGHT)[0]) / 2
        return replace(bones, pelvis=(pelvis - hips) @ rotation("x", STANCE).T + hips)

    def hip(self, bones: Bones, side: int) -> tuple[Array, float]:
        """Centre and radius of the femoral head."""
        return fit_sphere(bones.femur(side)[self.head])


def rigid_fit(source: Array, target: Array) -> tuple[Array, Array]:
    """Rotation R and shift t that bring source R.T + t nearest to target (Kabsch 1976), both (n, 3)."""
    a, b = source.mean(0), target.mean(0)
    u, _, vt = np.linalg.svd((source - a).T @ (target - b))
    turn = vt.T @ np.diag([1.0, 1.0, np.sign(np.linalg.det(vt.T @ u.T))]) @ u.T
    return turn, b - turn @ a


def fit_sphere(points: Array) -> tuple[Array, float]:
    """Centre and radius of the least-squares sphere through (n, 3) points (linear form)."""
    system = np.c_[2 * points, np.ones(len(points))]
    x = np.linalg.lstsq(system, (points**2).sum(1), rcond=None)[0]
    return x[:3], float(np.sqrt(x[3] + (x[:3] ** 2).sum()))


@cache
def shape_model() -> ShapeModel:
    """Load the model that ships with the product (once per process)."""
    with np.load(ATLAS, allow_pickle=False) as file:
        pelvis = file["pelvis_mean"].astype(float)
        part = file["pelvis_part"]
        femur = file["femur_mean"].astype(float)
        return ShapeModel(
            pelvis_mean=pelvis,
            pelvis_modes=file["pelvis_modes"].astype(float),
            pelvis_faces=file["pelvis_faces"].astype(np.int64),
            pelvis_part=part,
            femur_mean=femur,
            femur_modes=file["femur_modes"].astype(float),
            femur_faces=file["femur_faces"].astype(np.int64),
            sd=file["sd"].astype(float),
            twin=_mirror_twins(pelvis[part == LEFT], pelvis[part == RIGHT]),
            head=_head_of_femur(femur),
        )


@cache
def mean_bones() -> Bones:
    """The atlas's mean person."""
    return shape_model().bones(np.zeros(0))


@cache
def mean_head() -> tuple[Array, float]:
    """Centre and radius of the left femoral head of the mean person."""
    return shape_model().hip(mean_bones(), LEFT)


def _mirror_twins(left: Array, right: Array) -> NDArray[np.int64]:
    """For each left vertex the right one nearest to its mirror image, after closest-point registration."""
    tree = cKDTree(right)
    moved = (left - left.mean(0)) * MIRROR + right.mean(0)
    for _ in range(60):
        turn, shift = rigid_fit(moved, right[tree.query(moved)[1]])
        moved = moved @ turn.T + shift
    return tree.query(moved)[1]


def _head_of_femur(femur: Array) -> NDArray[np.bool_]:
    """Vertices on the head of the mean left femur: the medial cap that a sphere fits within 2 mm."""
    towards_neck = np.array([0.6, 0.0, -0.8])
    upper = femur[femur[:, 2] > femur[:, 2].max() - 60]
    cap = upper[upper[:, 0] < np.percentile(upper[:, 0], 35)]
    for _ in range(12):
        centre, radius = fit_sphere(cap)
        miss = np.abs(np.linalg.norm(femur - centre, axis=1) - radius)
        side = (femur - centre) @ towards_neck
        cap = femur[(miss < 1.5) & (side < 0.2 * radius)]
    return (miss < 2.0) & (side < 0.25 * radius)
