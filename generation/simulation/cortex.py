"""The cortical shell: how thick it is at each vertex, and the endosteal surface inside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from generation.simulation.anatomy import SIDES, Anatomy
from generation.simulation.fields import bump, directions, smooth_step, vertex_normals
from generation.simulation.rasterise import Array, Faces
from generation.simulation.shape import SACRUM, mean_bones, mean_head, shape_model

METAPHYSIS = 62.0  # mm below the hip centre: where the planted thickness is reached, medially
SHAFT_CORTEX = 6.0  # mm, half of it following the planted thickness


@dataclass(frozen=True)
class Endosteum:
    """Inner surfaces, vertex for vertex those of `Bones`: what lies within is cancellous bone and marrow."""

    pelvis: Array
    femur: dict[int, Array]


def endosteum(anatomy: Anatomy) -> Endosteum:
    """Offset every bone surface inwards by its cortical thickness."""
    model = shape_model()
    bones = anatomy.bones
    cortex = _femoral_cortex(anatomy.attributes.cortical_thickness)
    femur = {side: _inset(bones.femur(side), model.faces_of_femur(side), cortex) for side in SIDES}
    return Endosteum(_inset(bones.pelvis, model.pelvis_faces, _pelvic_cortex(anatomy)), femur)


def _inset(points: Array, faces: Faces, thickness: Array) -> Array:
    return points - vertex_normals(points, faces) * thickness[:, None]


def _femoral_cortex(planted: float) -> Array:
    """mm, by vertex: thin on the head, `planted` medially at the metaphysis, thick on the shaft.

    Laid out on the mean femur, so that it belongs to the bone and follows every deformation.
    """
    below, medial = _femoral_map()
    shaft = (SHAFT_CORTEX + planted) / 2
    metaphysis = planted * medial + (0.35 * planted + 0.8) * (1 - medial)
    thickness = 0.9 + (metaphysis - 0.9) * smooth_step(below, 8, METAPHYSIS - 14)
    return thickness + (shaft - thickness) * smooth_step(below, METAPHYSIS + 26, METAPHYSIS + 60)


@cache
def _femoral_map() -> tuple[Array, Array]:
    """For each vertex of the femur: mm below the hip centre, and how far it is on the medial side (0–1)."""
    femur, (head, _) = mean_bones().femur_left, mean_head()
    below = head[2] - femur[:, 2]
    axis_x = float(femur[np.abs(below - 120) < 12, 0].mean())
    return below, smooth_step(axis_x - femur[:, 0], -12, 4)


def _pelvic_cortex(anatomy: Anatomy) -> Array:
    """mm: about one, more on the acetabular roof and along the pelvic brim."""
    pelvis = anatomy.bones.pelvis
    thickness = np.where(shape_model().pelvis_part == SACRUM, 0.8, 1.1)
    for side in SIDES:
        distance, direction = directions(pelvis, anatomy.head[side])
        roof = smooth_step(direction[:, 2], 0.35, 0.8)
        thickness = thickness + 1.2 * roof * bump(distance, anatomy.radius + 4, 5.0)
    return thickness
