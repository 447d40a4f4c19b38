"""Smooth displacements of the bones, one for each attribute; each takes points and returns moved points.

Near a hip all pelvic displacements are rigid, so that no attribute of the ring disturbs the joint.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.simulation.fields import bump, directions, rotation, smooth_step
from generation.simulation.rasterise import Array

INNER_WALL = 42.0  # mm from the midline; beyond it, widening translates and stretches nothing
FORAMEN_REACH = 16.0  # mm from the foramen's centre at which its stretch levels off


def side_sign(side: int) -> float:
    """+1 on the patient's left, −1 on the right."""
    return 1.0 if side == 1 else -1.0


def widen(points: Array, by: float) -> Array:
    """Move the two hip bones apart by `by` mm; sacrum and pubic bodies between them stretch."""
    share = np.clip(np.abs(points[:, 0]) / INNER_WALL, 0, 1)
    moved = points.copy()
    moved[:, 0] += np.sign(points[:, 0]) * by / 2 * share * (1.5 - 0.5 * share**2)
    return moved


def raise_sacrum(points: Array, by: float, above: float, below: float) -> Array:
    """Lengthen the pelvis by `by` mm between heights `above` and `below` (mm); the rest moves along."""
    moved = points.copy()
    moved[:, 2] += by * smooth_step(points[:, 2], above, below)
    return moved


@dataclass(frozen=True)
class Foramen:
    """Centre (x, y, z) and, as projected, the short axis (x, z) of one obturator foramen."""

    centre: Array
    short_axis: Array

    @classmethod
    def of(cls, outline: Array) -> Foramen:
        """From (n, 3) points on its edge, by second moments."""
        _, axes = np.linalg.eigh(np.cov(outline[:, [0, 2]].T))
        return cls(outline.mean(0), axes[:, 0])


def stretch_foramen(points: Array, factor: float, foramen: Foramen, hip: Array) -> Array:
    """Stretch the frame of one foramen by `factor` along its short axis; > 1 makes it rounder.

    The bone around the hole moves aside without growing thicker; hip and symphysis stay.
    """
    short = foramen.short_axis
    away = points - foramen.centre
    offset = away[:, 0] * short[0] + away[:, 2] * short[1]
    aside = FORAMEN_REACH * np.tanh(offset / FORAMEN_REACH)
    share = 1 - smooth_step(np.linalg.norm(away, axis=1), 32, 70)
    share *= 1 - smooth_step(points[:, 2], hip[2] - 16, hip[2] - 3)
    share *= smooth_step(np.linalg.norm(points - hip, axis=1), 30, 50)
    moved = points.copy()
    moved[:, 0] += (factor - 1) * aside * short[0] * share * smooth_step(np.abs(points[:, 0]), 2, 18)
    moved[:, 2] += (factor - 1) * aside * short[1] * share
    return moved


def turn_neck(femur: Array, degrees: float, head: Array, side: int, shaft: tuple[Array, Array]) -> Array:
    """Turn head and neck against the shaft by `degrees` in the film plane; the head's centre stays in place.

    Positive is valgus. The turn is full on head and neck, fades over the trochanters and is nil on the shaft,
    whose axis runs through the two points `shaft` (upper, lower).
    """
    upper, lower = shaft
    axis = (upper - lower) / np.linalg.norm(upper - lower)
    base = upper + axis * ((head - upper) @ axis - 38)  # where the axis of the neck meets that of the shaft
    neck = head - base
    length = float(np.linalg.norm(neck))
    share = smooth_step((femur - base) @ (neck / length), -0.05 * length, 0.42 * length)
    turn = rotation("y", -side_sign(side) * degrees)
    turned = (femur - base) @ turn.T + base
    moved = femur + (turned - femur) * share[:, None]
    return moved + head - (turn @ neck + base)


def open_joint(pelvis: Array, own: Array, head: Array, socket: float, reach: float) -> Array:
    """Bring the socket, of radius `socket` about the head's centre, to radius `reach`.

    What lies 14 mm farther out stays.
    In the atlas the socket's size knows nothing of the head's, and the two overlap: the scans did not resolve
    the cartilage. `own` is 1 on the hip bone of this side, else 0.
    """
    distance, direction = directions(pelvis, head)
    outer = max(socket, reach) + 14.0
    beyond = distance - socket
    mapped = reach + np.where(beyond > 0, beyond * (outer - reach) / (outer - socket), 0.5 * beyond)
    near = (own > 0) & (distance < outer)
    return np.where(near[:, None], head + direction * mapped[:, None], pelvis)


def wear_femur(femur: Array, grade: float, head: Array, radius: float, side: int, lost: float) -> Array:
    """Osteophytes around the head's edge, a flatter dome, and migration into the `lost` joint space (mm)."""
    sign = side_sign(side)
    distance, direction = directions(femur, head)
    rim = bump(distance, radius, 3.0)
    lateral = bump(direction @ np.array([sign * 0.976, 0, 0.217]), 0.93, 0.06)
    medial = bump(direction @ np.array([-sign * 0.2, 0, -0.98]), 0.93, 0.06)
    dome = smooth_step(direction[:, 2], 0.75, 1.0) * rim
    outward = grade * (rim * (1.3 * lateral + 1.0 * medial) - 0.12 * dome)
    return femur + direction * outward[:, None] + np.array([0, 0, lost])


def wear_socket(pelvis: Array, own: Array, grade: float, head: Array, radius: float, side: int) -> Array:
    """Osteophyte of the lateral edge of the acetabular roof."""
    sign = side_sign(side)
    distance, direction = directions(pelvis, head)
    edge = bump(distance, radius + 7, 4.0) * bump(direction @ np.array([sign * 0.88, 0, 0.47]), 0.97, 0.05)
    return pelvis + np.array([sign * 0.9, 0, -0.2]) * (own * grade * 1.1 * edge)[:, None]
