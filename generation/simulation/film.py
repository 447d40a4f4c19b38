"""From a person to a film: shadows, Beer–Lambert, scatter, quanta, blur, and the grey values shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from generation.simulation.anatomy import SIDES, Anatomy, build
from generation.simulation.cortex import Endosteum, endosteum
from generation.simulation.deform import side_sign
from generation.simulation.fields import bump, smooth_step
from generation.simulation.grain import TILE, core_density
from generation.simulation.implant import add_implant
from generation.simulation.person import Person
from generation.simulation.presentation import Window, brightness_of, to_grey, wide_blur, window_of
from generation.simulation.projection import Shadow, cast_shadow, pose_parts
from generation.simulation.rasterise import Array, Camera
from generation.simulation.tissue import bowel_gas, soft_tissue

# Linear attenuation, 1/mm, at an effective 62 keV (80 kVp behind a body).
WATER, CORTEX, CORE, METAL = 0.0200, 0.056, 0.0270, 0.3
GRAIN = 0.16  # SD of the core's relative density along a ray
SCATTER_FRACTION = 0.30  # scattered over primary light behind a body, with a grid
SCLEROSIS_ENDS = 26.0  # mm from the head's surface: exp(−35) of it is left there
BEAM_ABOVE_HIPS = 28.0  # mm: the usual centre of the beam


@dataclass(frozen=True)
class Scene:
    """A person's bones and camera, and the shadows of each part: all that measuring and rendering share."""

    person: Person
    anatomy: Anatomy
    inner: Endosteum
    camera: Camera
    shadows: dict[str, Shadow]
    heads: dict[int, Array]


def camera_of(person: Person, size: int) -> Camera:
    """The film's geometry for this person's exposure."""
    right, up = person.exposure.shift
    return Camera(size=size, centre_x=right, centre_z=BEAM_ABOVE_HIPS * person.size + up)


def build_scene(person: Person, size: int, *, grain: bool = True) -> Scene:
    """Bones with the person's attributes, posed and projected onto `size` × `size` pixels."""
    anatomy = build(np.array(person.scores), person.attributes, size=person.size, asymmetry=person.asymmetry)
    inner = endosteum(anatomy)
    parts, heads = pose_parts(anatomy, inner, person.pose, person.size)
    camera = camera_of(person, size)
    shadows = {name: cast_shadow(part, camera, grain=grain) for name, part in parts.items()}
    return Scene(person, anatomy, inner, camera, shadows, heads)


def render(person: Person, size: int = 256) -> NDArray[np.uint8]:
    """(size, size) grey film of `person`, bone bright, hung as a radiograph."""
    return to_grey(develop(build_scene(person, size)))


def render_path(
    person: Person, shift: dict[str, float], parts: Sequence[float], size: int = 256
) -> Iterator[NDArray[np.uint8]]:
    """Films of `person` on the way to the true counterpart, at `parts` of it: 0 is the person, 1 the other.

    All are shown with the person's own window: grey values differ by the attributes alone.
    """
    window = window_of(signal_of(build_scene(person, size)), camera_of(person, size))
    for part in parts:
        yield to_grey(develop(build_scene(person.counterpart(shift, part), size), window))


def develop(scene: Scene, window: Window | None = None) -> Array:
    """(size, size) brightness 0–1 of the film of a scene, in its own window or a given one."""
    return brightness_of(signal_of(scene), scene.camera, window)


def signal_of(scene: Scene) -> Array:
    """(size, size) −log of the light that the detector reports."""
    return _light_to_signal(scene, _attenuation(scene))


def _streams(seed: int) -> dict[str, np.random.Generator]:
    """Independent random streams by purpose: the gas stays the same when the noise needs more draws."""
    names = ("grain", "tissue", "gas", "quanta")
    children = np.random.SeedSequence(seed).spawn(len(names))
    return {
        name: np.random.Generator(np.random.PCG64(child)) for name, child in zip(names, children, strict=True)
    }


def _attenuation(scene: Scene) -> Array:
    """(size, size) line integral of attenuation."""
    person, camera = scene.person, scene.camera
    draw = _streams(person.seed)
    tissue = soft_tissue(person, camera, draw["tissue"])
    gas = bowel_gas(person, camera, draw["gas"])
    # Bone thins with age, faster in women after the menopause.
    lost = 0.0025 * (person.age - 55) + (0.03 if person.sex == "F" and person.age > 55 else 0.0)
    core = CORE - WATER + 0.012 * -lost * 4
    place = draw["grain"].uniform(0, TILE, 2)
    bone = np.zeros_like(tissue)
    shadows = scene.shadows
    metal = None
    if person.implant:
        shadows, metal = add_implant(shadows, scene.heads, scene.anatomy.radius, camera, person.implant)
    for name, shadow in shadows.items():
        density = core_density(name, shadow, GRAIN, place)
        bone += (CORTEX - WATER) * shadow.cortex + core * shadow.core * density
    bone += _sclerosis(scene)
    total = WATER * np.maximum(tissue - gas, 0) + bone
    return total if metal is None else total + METAL * metal


def _sclerosis(scene: Scene) -> Array:
    """Dense bone beneath the worn roof and cap of each hip, by grade."""
    camera = scene.camera
    x, z = camera.plane_axes()
    extra = np.zeros((camera.size, camera.size))
    radius = scene.anatomy.radius
    for side in SIDES:
        grade = scene.anatomy.osteoarthritis[side]
        if grade <= 0:
            continue
        head = scene.heads[side]
        dx, dz = x - head[0], z - head[2]
        rows, columns = (abs(away) < radius + SCLEROSIS_ENDS for away in (dz, dx))
        dx, dz = dx[None, columns], dz[rows, None]
        distance = np.hypot(dx, dz)
        lateral = 0.6 + 0.4 * smooth_step(side_sign(side) * dx, -10, 12)
        cranial = smooth_step(dz, 0.35 * radius, 0.9 * radius) * lateral
        extra[np.ix_(rows, columns)] += (
            grade
            * 0.075
            * cranial
            * (bump(distance, radius + 4.5, 3.6) + 0.55 * bump(distance, radius - 3, 3.0))
        )
    return extra


def _light_to_signal(scene: Scene, attenuation: Array) -> Array:
    """What the detector reports: −log of primary and scattered light, with quantum noise and blur."""
    person, camera = scene.person, scene.camera
    light = np.exp(-attenuation)
    spread = wide_blur(light, 26 / camera.pixel)
    light = light + SCATTER_FRACTION * person.exposure.scatter * spread
    quanta = person.exposure.dose * camera.pixel**2
    noise = _streams(person.seed)["quanta"].standard_normal(light.shape, dtype=np.float32)
    light = light + np.sqrt(light / quanta) * noise
    light = gaussian_filter(light, 0.17 / camera.pixel + 0.25)
    return -np.log(np.maximum(light, 2e-4))
