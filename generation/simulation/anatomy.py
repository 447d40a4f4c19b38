"""From a shape and six attributes to the bones that have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from scipy.optimize import brentq

from generation.simulation import deform
from generation.simulation.attributes import Attributes
from generation.simulation.landmarks import Index, landmarks, opening_roundness
from generation.simulation.rasterise import Array
from generation.simulation.shape import LEFT, RIGHT, Bones, fit_sphere, shape_model

MEAN_CORTEX = 5.0  # mm, medially at the metaphysis; the atlas holds outer surfaces only
JOINT_SPACE = 4.2  # mm above the head, without osteoarthritis
WORN_JOINT_SPACE = 0.5  # mm at grade 4
SIDES = (LEFT, RIGHT)


@dataclass(frozen=True)
class Anatomy:
    """Bones with their attributes set, and what the film needs to know of them.

    `head` and `radius`: centre and radius of each femoral head, by side. `osteoarthritis`: grade by side.
    """

    bones: Bones
    attributes: Attributes
    head: dict[int, Array]
    radius: float
    osteoarthritis: dict[int, float]


def natural_attributes(scores: Array, size: float = 1.0) -> Attributes:
    """What the bare shape has, by its landmarks; no osteoarthritis, the atlas's mean cortex."""
    model, marks = shape_model(), landmarks()
    bones = model.bones(scores, size)
    height, width = marks.ring(bones.pelvis)
    return Attributes(
        interacetabular_distance=marks.interacetabular_distance(bones.pelvis),
        osteoarthritis=0.0,
        foramen_roundness=float(np.mean([marks.foramen_roundness(bones.pelvis, side) for side in SIDES])),
        neck_shaft_angle=marks.neck_shaft_angle(bones.femur_left, model.hip(bones, LEFT)[0]),
        ring_elongation=height / width,
        cortical_thickness=MEAN_CORTEX,
    )


def build(scores: Array, attributes: Attributes, *, size: float = 1.0, asymmetry: float = 0.0) -> Anatomy:
    """The bones of the shape `scores` (SD units) times `size`, deformed until they have `attributes`.

    `asymmetry` moves osteoarthritis from the right hip (−) to the left (+), in grades, as far as 0–4 allows.
    Raises ValueError where an attribute is out of a body's reach.
    """
    model, marks = shape_model(), landmarks()
    bones = model.bones(scores, size)
    sockets = {side: fit_sphere(bones.pelvis[marks.socket[side]]) for side in SIDES}
    radius = model.hip(bones, LEFT)[1]

    by = attributes.interacetabular_distance - marks.interacetabular_distance(bones.pelvis)
    pelvis = deform.widen(bones.pelvis, by)
    moved = {side: deform.widen(sockets[side][0][None], by)[0] for side in SIDES}
    for side in SIDES:
        pelvis = _set_foramen(pelvis, attributes.foramen_roundness, moved[side], side)
    pelvis = _set_ring(pelvis, attributes.ring_elongation, moved[LEFT][2] + 28)

    grade = attributes.osteoarthritis
    unequal = float(np.clip(asymmetry, -min(grade, 4 - grade), min(grade, 4 - grade)))
    grades = {LEFT: grade + unequal, RIGHT: grade - unequal}
    final = {}
    for side in SIDES:
        own = (model.pelvis_part == side).astype(float)
        # The atlas places femur and pelvis apart from one another; here each head is seated in its socket.
        femur = bones.femur(side) + moved[side] - model.hip(bones, side)[0]
        femur = _set_neck(femur, attributes.neck_shaft_angle, moved[side], side)
        pelvis = deform.open_joint(pelvis, own, moved[side], sockets[side][1], radius + JOINT_SPACE)
        pelvis = deform.wear_socket(pelvis, own, grades[side], moved[side], radius, side)
        lost = grades[side] / 4 * (JOINT_SPACE - WORN_JOINT_SPACE)
        femur = deform.wear_femur(femur, grades[side], moved[side], radius, side, lost)
        bones = bones.with_femur(side, femur)
        final[side] = moved[side] + np.array([0, 0, lost])
    return Anatomy(
        bones=Bones(pelvis, bones.femur_left, bones.femur_right),
        attributes=attributes,
        head=final,
        radius=radius,
        osteoarthritis=grades,
    )


def _set_foramen(pelvis: Array, roundness: float, hip: Array, side: int) -> Array:
    mine = landmarks().foramen[side]
    outline = pelvis[mine]
    foramen = deform.Foramen.of(outline)

    def roundness_at(factor: float) -> float:
        return opening_roundness(deform.stretch_foramen(outline, factor, foramen, hip))

    factors = np.linspace(0.2, 2.2, 11)
    roundest = factors[int(np.argmax([roundness_at(factor) for factor in factors]))]
    factor = _solve("foramen_roundness", roundness_at, roundness, 0.2, roundest)
    own = (shape_model().pelvis_part == side)[:, None]
    return np.where(own, deform.stretch_foramen(pelvis, factor, foramen, hip), pelvis)


def _set_ring(pelvis: Array, elongation: float, above: float) -> Array:
    marks = landmarks()
    height, width = marks.ring(pelvis)
    below = float(pelvis[marks.promontory, 2].mean()) - 3
    by = elongation * width - height
    room = 0.5 * (below - above)  # more would fold the bone
    if abs(by) > room:
        _refuse("ring_elongation", elongation, (height - room) / width, (height + room) / width)
    return deform.raise_sacrum(pelvis, by, above, below)


def _set_neck(femur: Array, angle: float, head: Array, side: int) -> Array:
    marks = landmarks()
    shaft = (femur[marks.shaft[0]].mean(0), femur[marks.shaft[1]].mean(0))
    some: Index = np.concatenate([marks.neck, *marks.shaft])
    parts = np.cumsum([len(marks.neck), len(marks.shaft[0])])

    def turned(degrees: float) -> float:
        neck, upper, lower = np.split(deform.turn_neck(femur[some], degrees, head, side, shaft), parts)
        down, out = lower.mean(0) - upper.mean(0), neck.mean(0) - head
        return float(180 - np.degrees(np.arccos(down @ out / np.linalg.norm(down) / np.linalg.norm(out))))

    degrees = _solve("neck_shaft_angle", turned, angle, -22.0, 22.0)
    return deform.turn_neck(femur, degrees, head, side, shaft)


def _solve(name: str, function: Callable[[float], float], target: float, low: float, high: float) -> float:
    ends = sorted((function(low), function(high)))
    if not ends[0] <= target <= ends[1]:
        _refuse(name, target, *ends)
    return float(brentq(lambda x: function(x) - target, low, high, xtol=1e-4))


def _refuse(name: str, target: float, least: float, most: float) -> NoReturn:
    raise ValueError(
        f"{name} {target:.3g} is out of reach for this shape ({least:.3g} to {most:.3g}); "
        "plan a value nearer to the mean."
    )
