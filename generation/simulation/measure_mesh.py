"""Measure the attributes on finished bones, by planes, spheres and rays alone.

Knows neither landmarks nor modes nor what was planted; only which mesh is which bone.
"""

from __future__ import annotations

import numpy as np

from generation.simulation.anatomy import SIDES, Anatomy
from generation.simulation.cortex import METAPHYSIS, Endosteum
from generation.simulation.deform import side_sign
from generation.simulation.rasterise import Array, Faces
from generation.simulation.sections import ray_hits, section
from generation.simulation.shape import SACRUM, fit_sphere, shape_model

BELOW_ROOF = 19.0  # mm: the height, just above the hip centres, at which the inner walls are taken
UP = np.array([0.0, 0.0, 1.0])


def measure_mesh(anatomy: Anatomy, inner: Endosteum) -> dict[str, float]:
    """Five of the attributes, by name, and `joint_space` (mm), which tells osteoarthritis.

    The obturator foramen is an opening in projection: `measure_film` has it.
    """
    model = shape_model()
    bones = anatomy.bones
    part = model.pelvis_part[model.pelvis_faces[:, 0]]
    heads = {side: femoral_head(bones.femur(side), side) for side in SIDES}
    hip = {side: model.pelvis_faces[part == side] for side in SIDES}
    mean = {side: _joint_space(anatomy, side, hip[side], *heads[side]) for side in SIDES}
    angle = [_neck_shaft_angle(bones.femur(s), model.faces_of_femur(s), *heads[s], s) for s in SIDES]
    cortex = [
        _medial_cortex(bones.femur(s), inner.femur[s], model.faces_of_femur(s), heads[s][0], s) for s in SIDES
    ]
    height = float(np.mean([heads[side][0][2] for side in SIDES]))
    return {
        "interacetabular_distance": _inner_walls(bones.pelvis, hip, heads),
        "joint_space": float(np.mean(list(mean.values()))),
        "neck_shaft_angle": float(np.mean(angle)),
        "ring_elongation": _ring(bones.pelvis, hip, model.pelvis_faces[part == SACRUM], height),
        "cortical_thickness": float(np.mean(cortex)),
    }


def femoral_head(femur: Array, side: int) -> tuple[Array, float]:
    """Centre and radius, from the sphere that fits around the most medial point of the upper femur."""
    top = femur[:, 2].max()
    upper = femur[femur[:, 2] > top - 70]
    medial = upper[np.argmin(side_sign(side) * upper[:, 0])]
    cap = upper[np.linalg.norm(upper - medial, axis=1) < 20]
    for _ in range(20):
        centre, radius = fit_sphere(cap)
        miss = np.abs(np.linalg.norm(upper - centre, axis=1) - radius)
        away = (upper - centre) @ np.array([side_sign(side) * 0.6, 0, -0.8])
        cap = upper[(miss < 1.0) & (away < 0.1 * radius)]
    return centre, radius


def _inner_walls(pelvis: Array, hip: dict[int, Faces], heads: dict[int, tuple[Array, float]]) -> float:
    """Gap between the hip bones `BELOW_ROOF` mm below the acetabular roofs, ischial spines left out.

    Roofs, not heads, give the height: a worn head moves up.
    """
    inner = {}
    for side in SIDES:
        centre, radius = heads[side]
        roof = ray_hits(pelvis, hip[side], centre, UP)
        level = centre + (roof[roof > 0.6 * radius][0] - BELOW_ROOF) * UP
        cut = section(pelvis, hip[side], level, UP).points
        cut = cut[np.abs(cut[:, 1] - centre[1]) < 30]
        inner[side] = float((side_sign(side) * cut[:, 0]).min())
    return sum(inner.values())


def _joint_space(anatomy: Anatomy, side: int, hip: Faces, centre: Array, radius: float) -> float:
    """Mean gap between head and roof along rays within 20° of cranial, in the frontal plane."""
    bones, model = anatomy.bones, shape_model()
    gaps = []
    for degrees in (-20, -10, 0, 10, 20):
        angle = np.radians(degrees)
        direction = np.array([np.sin(angle), 0, np.cos(angle)])
        femur = ray_hits(bones.femur(side), model.faces_of_femur(side), centre, direction)
        roof = ray_hits(bones.pelvis, hip, centre, direction)
        gaps.append(roof[roof > 0.6 * radius][0] - femur[0])
    return float(np.mean(gaps))


def _neck_shaft_angle(femur: Array, faces: Faces, centre: Array, radius: float, side: int) -> float:
    """Between the shaft's line of section centroids and the line from head to narrowest neck, degrees."""
    levels = np.arange(110.0, 200.0, 10.0)
    shaft = np.array(
        [section(femur, faces, centre - level * UP, UP).area_and_centroid()[1] for level in levels]
    )
    down = np.linalg.svd(shaft - shaft.mean(0))[2][0]
    down *= -np.sign(down[2])
    axis = np.array([side_sign(side) * 0.72, 0.0, -0.69])
    for _ in range(6):
        steps = np.linspace(0.85, 1.3, 7) * radius
        cuts = [section(femur, faces, centre + axis * s, axis).nearest_part(centre + axis * s) for s in steps]
        area, middle = (
            np.array(values) for values in zip(*(c.area_and_centroid() for c in cuts), strict=True)
        )
        # The neck is where the bone is narrowest; a cut that takes in the trochanter counts for nothing.
        weight = np.exp(-(area / area.min() - 1) / 0.08)
        axis = weight @ middle / weight.sum() - centre
        axis /= np.linalg.norm(axis)
    return float(180 - np.degrees(np.arccos(axis @ down)))


def _ring(pelvis: Array, hip: dict[int, Faces], sacrum: Faces, hip_height: float) -> float:
    """Height from symphysis to promontory over the greatest width between the hip bones."""
    widths = []
    for level in hip_height + np.arange(12.0, 60.0, 4.0):
        cuts = [section(pelvis, hip[side], level * UP, UP).points[:, 0] for side in SIDES]
        widths.append(sum((side_sign(side) * cut).min() for side, cut in zip(SIDES, cuts, strict=True)))
    tops = []
    for side in SIDES:
        body = pelvis[np.unique(hip[side])]
        tops.append(body[(np.abs(body[:, 0]) < 14) & (body[:, 2] < hip_height), 2].max())
    middle = section(pelvis, sacrum, np.zeros(3), np.array([1.0, 0, 0])).points
    upper = middle[middle[:, 2] > hip_height + 45]
    promontory = upper[np.argmin(upper[:, 1]), 2]
    return float((promontory - np.mean(tops)) / max(widths))


def _medial_cortex(outer: Array, inner: Array, faces: Faces, centre: Array, side: int) -> float:
    """Between the medial edges of outer and inner surface, square to them, mean over the metaphysis, mm."""
    below = METAPHYSIS + np.arange(0.0, 21.0, 4.0)

    def edges(mesh: Array) -> Array:
        cuts = [section(mesh, faces, centre - level * UP, UP).points[:, 0] for level in below]
        return np.array([(side_sign(side) * cut).min() for cut in cuts])

    outside = edges(outer)
    slope = np.gradient(outside, below)
    return float(np.mean((edges(inner) - outside) / np.hypot(1, slope)))
