"""Bones in their pose, and their shadows on the film: how much cortex and core each ray meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from generation.simulation.anatomy import SIDES, Anatomy
from generation.simulation.cortex import Endosteum
from generation.simulation.deform import side_sign
from generation.simulation.fields import rotation
from generation.simulation.person import Pose
from generation.simulation.rasterise import Array, Camera, Faces, Spans
from generation.simulation.shape import LEFT, MIRROR, SACRUM, mean_bones, shape_model
from generation.simulation.spine import accessory_bones

HIPS, SACRUM_PART, SPINE = "hips", "sacrum", "spine"
FEMUR = {side: "femur_left" if side == LEFT else "femur_right" for side in SIDES}


@dataclass(frozen=True)
class Part:
    """One bone in film position: outer and inner surface over the same faces.

    `rest` (n, 2) is each vertex's place on the undeformed bone, mm: the grain of the bone is laid out there.
    """

    outer: Array
    inner: Array
    faces: Faces
    rest: Array


@dataclass(frozen=True)
class Shadow:
    """Of one part: mm of cortex and of core along each ray, and the place on the undeformed bone it meets."""

    cortex: Array
    core: Array
    rest: tuple[Array, Array]

    @property
    def total(self) -> Array:
        return self.cortex + self.core


def pose_parts(
    anatomy: Anatomy, inner: Endosteum, pose: Pose, size: float = 1.0
) -> tuple[dict[str, Part], dict[int, Array]]:
    """The bones as they lie before the film, hips level with the origin, and where the femoral heads are."""
    model = shape_model()
    bones, mean = anatomy.bones, mean_bones()
    turn = rotation("z", pose.rotation) @ rotation("y", -pose.obliquity) @ rotation("x", pose.tilt)
    centre = (anatomy.head[0] + anatomy.head[1]) / 2
    centre = np.array([0.0, centre[1], centre[2]])

    def turned(points: Array) -> Array:
        return (points - centre) @ turn.T

    part = model.pelvis_part[model.pelvis_faces[:, 0]]
    outer, core = turned(bones.pelvis), turned(inner.pelvis)
    rest = mean.pelvis[:, [0, 2]]
    parts = {
        HIPS: Part(outer, core, model.pelvis_faces[part != SACRUM], rest),
        SACRUM_PART: Part(outer, core, model.pelvis_faces[part == SACRUM], rest),
        SPINE: _spine(bones.pelvis, size, turned),
    }
    heads = {}
    for side, inward in zip(SIDES, pose.legs, strict=True):
        head = heads[side] = turned(anatomy.head[side][None])[0]
        leg = rotation("z", -side_sign(side) * inward)
        outer, core = (
            (p - anatomy.head[side]) @ leg.T + head for p in (bones.femur(side), inner.femur[side])
        )
        rest = mean.femur_left[:, [0, 2]] * (1 if side == LEFT else MIRROR[[0, 2]])
        parts[FEMUR[side]] = Part(outer, core, model.faces_of_femur(side), rest)
    return parts, heads


def cast_shadow(part: Part, camera: Camera, *, grain: bool = True) -> Shadow:
    """Project one part; without `grain` the rest positions are left zero, for those who only measure."""
    scale = camera.ray_scale()
    spans = Spans(part.outer, part.faces, camera)
    total = np.maximum(spans.signed_sum(camera.project(part.outer)[2]) * scale, 0.0)
    total[total < 1e-3] = 0.0
    inside = Spans(part.inner, part.faces, camera).signed_sum(camera.project(part.inner)[2]) * scale
    core = np.clip(inside, 0.0, total)
    rest = spans.means(*part.rest.T) if grain else (np.zeros_like(total), np.zeros_like(total))
    return Shadow(total - core, core, (rest[0], rest[1]))


def _spine(pelvis: Array, size: float, turned: Callable[[Array], Array]) -> Part:
    outer, inner, faces, count = [], [], [], 0
    for solid in accessory_bones(pelvis, size):
        outer.append(solid.points)
        inner.append(solid.inner)
        faces.append(solid.faces + count)
        count += len(solid.points)
    stacked = np.vstack(outer)
    return Part(turned(stacked), turned(np.vstack(inner)), np.vstack(faces), stacked[:, [0, 2]])
