"""What lies around the bones: body, fat and muscle, bowel gas. Depends on the person, on no attribute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from generation.simulation.fields import smooth_step
from generation.simulation.person import Person
from generation.simulation.rasterise import Array, Camera

COARSE = 128  # pixels a side of the grid that soft tissue is drawn on, whatever the size of the film


def soft_tissue(person: Person, camera: Camera, rng: np.random.Generator) -> Array:
    """(size, size) mm of water-like tissue along each ray, the bones' own volume included."""
    x, z = _coarse_axes(camera)
    fat = person.bmi - 25.0
    female = person.sex == "F"
    hips = person.size * (14.0 if female else 8.0) * np.exp(-(((z + 15) / 75) ** 2))
    waist = person.size * (6.0 if female else 2.0) * np.exp(-(((z - 150) / 60) ** 2))
    half = person.size * 166.0 + 4.3 * fat + hips - waist
    depth = 200.0 * person.size + 6.2 * fat - 12.0 * smooth_step(z, 60, 160)
    trunk = depth * _rounded(np.abs(x) / half, 2.5)

    thigh = 84.0 * person.size + 2.9 * fat
    apart = (7.0 - 0.5 * fat) * smooth_step(-z, 95, 200) - 10.0
    legs = (158.0 * person.size + 4.2 * fat) * np.maximum(
        _rounded(np.abs(x - thigh - apart) / thigh, 2.6), _rounded(np.abs(x + thigh + apart) / thigh, 2.6)
    )
    crotch = smooth_step(z + 0.25 * np.abs(x), -128, -48)
    body = trunk * crotch + np.minimum(legs, 1.1 * depth) * (1 - crotch)

    uneven = gaussian_filter(rng.standard_normal(body.shape), 7.0)
    body *= 1 + 0.015 * uneven / uneven.std()
    body += 9.0 * _ellipse(x, z, (0.0, 28.0 * person.size), (46.0, 34.0))  # bladder
    for side in (-1.0, 1.0):
        buttock = _ellipse(x, z, (side * 82.0, -48.0), (70.0 + fat, 66.0))
        psoas = np.exp(-(((x - side * (46 + 0.1 * (120 - z))) / 20) ** 2)) * smooth_step(z, 20, 110)
        body += 18.0 * buttock + 10.0 * psoas
    return _enlarge(gaussian_filter(np.maximum(body, 0), 0.9), camera)


def bowel_gas(person: Person, camera: Camera, rng: np.random.Generator) -> Array:
    """(size, size) mm of gas: irregular loops above the brim and in the rectum, soft-edged, some mottled."""
    x, z = _coarse_axes(camera)
    loops = gaussian_filter(rng.standard_normal(x.shape), 3.2)
    loops /= loops.std()
    folds = gaussian_filter(rng.standard_normal(x.shape), 1.4)
    folds /= folds.std()
    gut = np.exp(-(((z - 112) / 50) ** 2)) * np.exp(-((x / 118) ** 4))
    rectum = np.exp(-(((z - 30) / 26) ** 2) - ((x - 4) / 22) ** 2)
    where = np.maximum(gut, 0.95 * rectum)
    gas = 26.0 * smooth_step(loops + 0.3 * folds + 1.3 * where, 1.35, 2.6) * smooth_step(where, 0.1, 0.5)
    return _enlarge(person.gas * gaussian_filter(gas, 0.6), camera)


def _coarse_axes(camera: Camera) -> tuple[Array, Array]:
    x, z = replace(camera, size=COARSE).plane_axes()
    grid_x, grid_z = np.meshgrid(x, z)
    return grid_x, grid_z


def _enlarge(coarse: Array, camera: Camera) -> Array:
    return zoom(coarse, camera.size / COARSE, order=1, mode="nearest", grid_mode=True)


def _rounded(r: Array, power: float) -> Array:
    return np.sqrt(np.clip(1 - r**power, 0, None))


def _ellipse(x: Array, z: Array, centre: tuple[float, float], radii: tuple[float, float]) -> Array:
    r = ((x - centre[0]) / radii[0]) ** 2 + ((z - centre[1]) / radii[1]) ** 2
    return np.sqrt(np.clip(1 - r, 0, None))
