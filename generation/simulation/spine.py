"""What the atlas lacks around the sacrum: the lumbar vertebrae and the coccyx, as simple closed bodies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from generation.simulation.fields import rotation
from generation.simulation.rasterise import Array, Faces
from generation.simulation.shape import SACRUM, mean_bones, shape_model

# From L5 up: mm above and (negative) before the sacral endplate, and forward lean in degrees.
LUMBAR = ((15.0, -3.0, 26.0), (51.0, -11.0, 12.0), (88.0, -14.0, 2.0), (125.0, -12.0, -6.0))


@dataclass(frozen=True)
class Solid:
    """A closed body: outer and inner surface of its cortex over the same faces."""

    points: Array
    inner: Array
    faces: Faces


def accessory_bones(pelvis: Array, size: float) -> list[Solid]:
    """L5 to L2 and coccyx that fit the sacrum of this pelvis; they move with it."""
    top, tip = _sacral_ends()
    endplate, end = pelvis[top].mean(0), pelvis[tip].mean(0)
    solids: list[Solid] = []
    for level, (lift, forward, lean) in enumerate(LUMBAR):
        centre = endplate + size * np.array([0.0, forward, lift])
        solids += _vertebra(centre, rotation("x", lean), size * (1.12 - 0.02 * level))
    for index, width in enumerate((12.0, 8.0, 5.5)):
        centre = end + size * np.array([0.0, -2.5 * index - 1.5 * index**2, -1.0 - 8.0 * index])
        solids.append(_ellipsoid(centre, size * np.array([width, 4.5, 6.0]), np.eye(3), 0.25))
    return solids


def _vertebra(centre: Array, turn: Array, size: float) -> list[Solid]:
    """Body with a waist, transverse, articular and spinous processes; pedicles show where these meet."""

    def at(x: float, y: float, z: float) -> Array:
        return centre + turn @ (size * np.array([x, y, z]))

    body = _ellipsoid(centre, size * np.array([27.0, 18.0, 14.0]), turn, 0.45, power=0.5, waist=0.22)
    solids = [body, _ellipsoid(at(0, 44, -10), size * np.array([3.6, 14.0, 10.0]), turn, 0.3)]
    for side in (-1.0, 1.0):
        slope = turn @ rotation("y", side * 14)
        solids.append(_ellipsoid(at(side * 30, 18, 5), size * np.array([19.0, 4.0, 5.5]), slope, 0.25))
        solids.append(_ellipsoid(at(side * 17, 25, 3), size * np.array([5.0, 10.0, 7.5]), turn, 0.8))
        solids.append(_ellipsoid(at(side * 20, 36, -9), size * np.array([7.0, 6.0, 17.0]), slope, 0.3))
    return solids


def _ellipsoid(
    centre: Array, radii: Array, turn: Array, cortex: float, *, power: float = 1.0, waist: float = 0.0
) -> Solid:
    """Superellipsoid with a cortex of `cortex` mm; `power` < 1 makes it boxy, `waist` narrows its middle."""
    sphere, faces = _unit_sphere()
    points = np.sign(sphere) * np.abs(sphere) ** power if power != 1 else sphere.copy()
    points[:, :2] *= (1 - waist * (1 - points[:, 2:] ** 2)) if waist else 1
    outer, inner = (centre + (points * reach) @ turn.T for reach in (radii, radii - cortex))
    return Solid(outer, inner, faces)


@cache
def _unit_sphere(rings: int = 16) -> tuple[Array, Faces]:
    """(n, 3) points and outward faces of a sphere of `rings` parallels."""
    polar = np.linspace(0, np.pi, rings + 1)[1:-1]
    round_ = 2 * rings
    azimuth = np.arange(round_) * 2 * np.pi / round_
    belt = np.stack(
        [np.outer(np.sin(polar), f(azimuth)) for f in (np.cos, np.sin)]
        + [np.repeat(np.cos(polar)[:, None], round_, axis=1)],
        axis=-1,
    ).reshape(-1, 3)
    points = np.vstack([[0, 0, 1.0], belt, [0, 0, -1.0]])
    here = 1 + np.arange(round_)
    following = 1 + (np.arange(round_) + 1) % round_
    faces = [np.stack([np.zeros(round_, int), here, following], axis=1)]
    for ring in range(rings - 2):
        a, b = here + ring * round_, following + ring * round_
        faces += [np.stack([a, a + round_, b], axis=1), np.stack([b, a + round_, b + round_], axis=1)]
    last = (rings - 2) * round_
    faces.append(np.stack([np.full(round_, len(points) - 1), following + last, here + last], axis=1))
    return points, np.vstack(faces).astype(np.int64)


@cache
def _sacral_ends() -> tuple[Faces, Faces]:
    """Vertices of the upper endplate's front half, and of the lower tip, on the mean sacrum."""
    model = shape_model()
    pelvis = mean_bones().pelvis
    own = np.flatnonzero(model.pelvis_part == SACRUM)
    points = pelvis[own]
    middle = np.abs(points[:, 0]) < 16
    front = middle & (points[:, 1] < points[middle, 1].min() + 34)
    top = own[front & (points[:, 2] > points[front, 2].max() - 8)]
    tip = own[middle & (points[:, 2] < points[:, 2].min() + 5)]
    return top, tip
