"""A total hip replacement on the film: cup, head, neck and stem instead of the femoral head."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generation.simulation.deform import side_sign
from generation.simulation.projection import FEMUR, Shadow
from generation.simulation.rasterise import Array, Camera
from generation.simulation.shape import LEFT, RIGHT

HEAD, CUP, WALL = 16.0, 26.0, 3.5  # radii of ball and cup and the cup's wall, mm


def add_implant(
    shadows: dict[str, Shadow], heads: dict[int, Array], radius: float, camera: Camera, side_name: str
) -> tuple[dict[str, Shadow], Array]:
    """The shadows without the resected head, and (size, size) mm of metal along each ray."""
    side = LEFT if side_name == "left" else RIGHT
    sign, head, name = side_sign(side), heads[side], FEMUR[side]
    x, z = camera.plane_axes()
    grid_x, grid_z = sign * (x[None] - head[0]), z[:, None] - head[2]

    femur = shadows[name]
    # The neck is cut square to its axis; what lies on the head's side of the cut is gone.
    cut = 0.74 * grid_x - 0.67 * grid_z > 1.15 * radius
    trimmed = Shadow(femur.cortex * cut, femur.core * cut, femur.rest)

    shaft = _shaft_line(femur, grid_x, grid_z)
    ball = _sphere(np.hypot(grid_x, grid_z), HEAD)
    shell = _sphere(np.hypot(grid_x, grid_z), CUP) - _sphere(np.hypot(grid_x, grid_z), CUP - WALL)
    cup = shell * (0.64 * grid_x - 0.77 * grid_z < 2.0)
    shoulder = (shaft(-48.0), -48.0)
    neck = _rod(grid_x, grid_z, (0.0, 0.0), shoulder, 6.5, 9.0)
    stem = _rod(grid_x, grid_z, (shaft(-36.0), -36.0), (shaft(-150.0), -150.0), 11.5, 4.5)
    metal = np.maximum(np.maximum(ball, np.maximum(neck, stem)), 0) + cup
    return {**shadows, name: trimmed}, metal


def _shaft_line(femur: Shadow, grid_x: Array, grid_z: Array) -> Callable[[float], float]:
    """x of the shaft's middle at a height, from the mean columns of its shadow below the trochanters."""
    weight = femur.total * ((grid_z < -80) & (grid_z > -150))
    rows = weight.sum(1) > 0
    middle = (weight * grid_x).sum(1)[rows] / weight.sum(1)[rows]
    slope, offset = np.polyfit(grid_z[rows, 0], middle, 1)
    return lambda z: float(slope * z + offset)


def _sphere(distance: Array, radius: float | Array) -> Array:
    return 2 * np.sqrt(np.clip(radius**2 - distance**2, 0, None))


def _rod(
    x: Array, z: Array, a: tuple[float, float], b: tuple[float, float], wide: float, narrow: float
) -> Array:
    """Ray length through a tapered round rod in the film plane from a (radius `wide`) to b (`narrow`)."""
    dx, dz = b[0] - a[0], b[1] - a[1]
    part = np.clip(((x - a[0]) * dx + (z - a[1]) * dz) / (dx * dx + dz * dz), 0, 1)
    distance = np.hypot(x - a[0] - part * dx, z - a[1] - part * dz)
    return _sphere(distance, wide + (narrow - wide) * part)
