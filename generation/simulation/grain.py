"""The grain of cancellous bone: fixed to the undeformed bone, so that it moves wherever the bone goes."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from generation.simulation.fields import bump
from generation.simulation.projection import FEMUR, SACRUM_PART, Shadow
from generation.simulation.rasterise import Array
from generation.simulation.shape import LEFT, mean_head

TILE = 1024  # pixels a side; the tile repeats
TILE_PIXEL = 0.55  # mm


@cache
def grain_tile() -> Array:
    """(TILE, TILE) of zero mean and unit SD: fine trabeculae running mostly up and down, and broad mottling.

    Everybody's bone is cut from this one tile, each person's from another place.
    """
    rng = np.random.Generator(np.random.PCG64(26))

    def band(sigma: tuple[float, float]) -> Array:
        noise = gaussian_filter(rng.standard_normal((TILE, TILE)), sigma, mode="wrap")
        return noise / noise.std()

    tile = 0.55 * (band((1.6, 0.7)) - 0.5 * band((2.5, 2.5))) + 0.35 * band((5, 2.0)) + 0.45 * band((9, 9))
    return tile / tile.std()


def core_density(name: str, shadow: Shadow, strength: float, place: Array) -> Array:
    """Relative density of the core along each ray, about 1: grain, and what each bone has of its own.

    `strength` is the grain's SD, `place` (2,) where on the tile, in pixels, this person's bone lies.
    """
    density = np.ones_like(shadow.core)
    seen = shadow.core > 0
    u, w = (rest[seen] for rest in shadow.rest)
    where = np.stack([w / TILE_PIXEL + place[0] + 37.0 * len(name), u / TILE_PIXEL + place[1]])
    value = 1 + strength * map_coordinates(grain_tile(), where, order=1, mode="grid-wrap")
    if name in FEMUR.values():
        value *= _trabecular_groups(u if name == FEMUR[LEFT] else -u, w)
    if name == SACRUM_PART:
        value *= _sacral_foramina(u, w)
    density[seen] = value
    return density


def _trabecular_groups(u: Array, w: Array) -> Array:
    """Compressive and tensile bundles of the upper femur, and Ward's triangle, sparse, between them."""
    head, radius = mean_head()
    x, z = (u - head[0]) / radius, (w - head[2]) / radius
    compressive = bump(x - 0.35 * (0.2 - z), 0.0, 0.42) * bump(z, -0.35, 1.25)
    tensile = bump(np.hypot(x - 0.6, z + 2.4), 2.55, 0.32) * bump(x, 1.1, 1.1)
    ward = bump(np.hypot(x - 1.25, (z + 1.15) * 0.9), 0.0, 0.5)
    canal = bump(x, 2.3, 0.8) * (z < -2.6)
    return 0.92 + 0.38 * compressive + 0.24 * tensile - 0.3 * ward - 0.25 * canal


def _sacral_foramina(u: Array, w: Array) -> Array:
    """Four pairs of holes, closer together and smaller downwards, with a dense upper rim."""
    value = np.ones_like(u)
    for level in range(4):
        aside, height, radius = 25.0 - 3.2 * level, 66.0 - 17.0 * level, 5.2 - 0.5 * level
        r = np.hypot((np.abs(u) - aside) / 1.15, w - height) / radius
        arc = bump(r, 1.35, 0.3) * (w > height)
        value += 0.35 * arc - 0.5 * np.exp(-((r / 0.85) ** 4))
    return value
