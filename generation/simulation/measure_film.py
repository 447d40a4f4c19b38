"""Measure the attributes on the projected bones, as a reader with a ruler would: outlines and edges alone.

Takes the shadows of a scene (mm of bone along each ray, bone by bone, without noise) and knows neither meshes
nor what was planted. Lengths are millimetres in the plane of the hips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from generation.simulation.anatomy import SIDES
from generation.simulation.cortex import METAPHYSIS
from generation.simulation.deform import side_sign
from generation.simulation.measure_mesh import BELOW_ROOF
from generation.simulation.projection import FEMUR, HIPS, SACRUM_PART, Shadow
from generation.simulation.rasterise import Array, Camera

Mask = NDArray[np.bool_]
BONE = 0.3  # mm along the ray that count as bone
ASTRAY = 0.3  # of its first radius that the circle of a head may change by while it is refined


@dataclass(frozen=True)
class View:
    """A shadow with axes in mm: x grows away from the midline of the side that is looked at, z upwards."""

    image: Array
    x: Array
    z: Array

    def at(self, x: Array, z: Array) -> Array:
        """Interpolated value at points."""
        column = np.interp(x, self.x, np.arange(len(self.x)))
        row = np.interp(-z, -self.z, np.arange(len(self.z)))
        return ndimage.map_coordinates(self.image, [row, column], order=1, mode="nearest")


def measure_film(shadows: dict[str, Shadow], camera: Camera) -> dict[str, float]:
    """All six attributes by name, osteoarthritis by its `joint_space` (mm); mean of both sides."""
    x, z = camera.plane_axes()
    names = ("joint_space", "neck_shaft_angle", "cortical_thickness", "foramen_roundness")
    found: dict[str, list[float]] = {name: [] for name in names}
    walls, heights = [], []
    hips = shadows[HIPS].total
    for side in SIDES:
        hip, femur, core = (_view(image, x, z, side) for image in _images(shadows, side))
        head_x, head_z, radius = _head(femur)
        roof = _roof(hip, head_x, head_z, radius)
        found["joint_space"].append(_joint_space(femur, roof, head_x, head_z, radius))
        found["neck_shaft_angle"].append(_neck_shaft_angle(femur, head_x, head_z, radius))
        found["cortical_thickness"].append(_medial_cortex(femur, core, head_x, head_z))
        found["foramen_roundness"].append(_foramen(hip, head_x, head_z))
        level = head_z + float(np.median([length * np.cos(angle) for angle, length in roof])) - BELOW_ROOF
        walls.append(_inner_edge(hip, level))
        heights.append(head_z)
    measured = {name: float(np.mean(values)) for name, values in found.items()}
    measured["interacetabular_distance"] = sum(walls)
    measured["ring_elongation"] = _ring(hips, shadows[SACRUM_PART].total, x, z, float(np.mean(heights)))
    return measured


def _images(shadows: dict[str, Shadow], side: int) -> tuple[Array, Array, Array]:
    femur = shadows[FEMUR[side]]
    return shadows[HIPS].total, femur.total, femur.core


def _view(image: Array, x: Array, z: Array, side: int) -> View:
    """The half of the film on one side, mirrored so that lateral is to the right."""
    if side_sign(side) < 0:
        image, x = image[:, ::-1], -x[::-1]
    half = x > -15
    return View(image[:, half], x[half], z)


def _head(femur: View) -> tuple[float, float, float]:
    """Centre and radius of the femoral head: a circle through its outline from top to medial side.

    The lower and lateral edges, where osteophytes grow, are left out.
    """
    mask = femur.image > BONE
    upper = np.flatnonzero(mask.any(1))[0]
    rows = np.flatnonzero(mask.any(1) & (femur.z > femur.z[upper] - 60))
    x, z = _first_crossing(femur, rows), femur.z[rows]
    medial = float(x.min())
    near = (femur.x > medial + 12) & (femur.x < medial + 32)  # where the dome of any head lies
    top = float(femur.z[np.flatnonzero(mask[:, near].any(1))[0]])

    def misses(radius: float) -> float:
        a, b = medial + radius, top - radius
        arc = (x < a) & (z > b) & (z < top)
        return float(np.abs(np.hypot(x[arc] - a, z[arc] - b) - radius).mean()) if arc.sum() > 5 else np.inf

    radius = first = float(min(np.arange(18.0, 31.0, 0.5), key=misses))
    a, b = medial + radius, top - radius
    for tolerance in (2.0, 1.4, 1.0, 1.0):
        miss = np.abs(np.hypot(x - a, z - b) - radius)
        keep = (x < a - 0.1 * radius) & (z > b - 0.5 * radius) & (z < top) & (miss < tolerance)
        system = np.c_[2 * x[keep], 2 * z[keep], np.ones(keep.sum())]
        centre_x, centre_z, c = np.linalg.lstsq(system, x[keep] ** 2 + z[keep] ** 2, rcond=None)[0]
        fitted = float(np.sqrt(c + centre_x**2 + centre_z**2))
        if abs(fitted / first - 1) > ASTRAY:
            break  # a ragged outline: the points that are left lie on too little of the circle
        a, b, radius = centre_x, centre_z, fitted
    return float(a), float(b), radius


def _first_crossing(view: View, rows: NDArray[np.int64]) -> Array:
    """x where bone begins in each row, coming from the midline, between pixels."""
    image = view.image[rows]
    first = (image > BONE).argmax(1)
    before = np.maximum(first - 1, 0)
    index = np.arange(len(rows))
    low, high = image[index, before], image[index, first]
    part = np.clip((BONE - low) / np.maximum(high - low, 1e-6), 0, 1)
    return view.x[before] + part * (view.x[first] - view.x[before])


def _roof(hip: View, x: float, z: float, radius: float) -> list[tuple[float, float]]:
    """Angle from cranial and distance from the head's centre of the sharpest edge above the head."""
    along = np.arange(radius - 4, radius + 9, 0.2)
    edges = []
    for angle in np.radians((-16, -8, 0, 8, 16)):
        profile = hip.at(x + along * np.sin(angle), z + along * np.cos(angle))
        rise = np.gradient(ndimage.gaussian_filter1d(profile, 2.0), along)
        edges.append((float(angle), float(along[np.argmax(rise)])))
    return edges


def _joint_space(femur: View, roof: list[tuple[float, float]], x: float, z: float, radius: float) -> float:
    gaps = []
    for angle, distance in roof:
        along = np.arange(radius - 6, radius + 6, 0.1)
        bone = femur.at(x + along * np.sin(angle), z + along * np.cos(angle)) > BONE
        gaps.append(distance - along[np.flatnonzero(bone)[-1]] if bone.any() else distance - radius)
    return float(np.mean(gaps))


def _neck_shaft_angle(femur: View, x: float, z: float, radius: float) -> float:
    """Degrees between the line of the neck's mid-widths and that of the shaft's."""
    levels = np.arange(105.0, 135.0, 3.0)
    across = np.arange(x - 40, x + 75, 0.25)
    middle = [_mid_width(femur.at(across, np.full_like(across, z - level)), across) for level in levels]
    slope = np.polyfit(-levels, middle, 1)[0]
    down = np.array([-slope, -1.0]) / np.hypot(slope, 1)
    axis = _neck_middle(femur, x, z, radius) - np.array([x, z])
    axis /= np.linalg.norm(axis)
    return float(180 - np.degrees(np.arccos(np.clip(axis @ down, -1, 1))))


def _neck_middle(femur: View, x: float, z: float, radius: float) -> Array:
    """Middle of the shortest chord from the notch between head and trochanter to the neck's lower edge."""
    across = np.arange(x + 0.8 * radius, x + 1.5 * radius, 0.25)
    height = np.arange(z + 1.3 * radius, z - 1.2 * radius, -0.25)
    seen = femur.at(*np.meshgrid(across, height)) > BONE
    upper = ndimage.gaussian_filter1d(height[seen.argmax(0)], 4.0)
    notch = _soft_least(np.stack([across, upper], axis=1), upper)
    rows = np.flatnonzero((femur.z < z - 0.75 * radius) & (femur.z > z - 2.4 * radius))
    lower = np.stack([_first_crossing(femur, rows), femur.z[rows]], axis=1)
    return (notch + _soft_least(lower, np.linalg.norm(lower - notch, axis=1))) / 2


def _soft_least(points: Array, value: Array, width: float = 0.8) -> Array:
    """Mean of the points whose value (mm) is near the least; moves smoothly where the argmin would jump."""
    weight = np.exp(-(value - value.min()) / width)
    return weight @ points / weight.sum()


def _mid_width(profile: Array, position: Array) -> float:
    """Middle of the stretch of bone that holds the profile's own middle (or lies nearest to it)."""
    labels, count = ndimage.label(profile > BONE)
    if not count:
        return 0.0
    centre = np.interp(0.0, position, labels) if position[0] < 0 < position[-1] else 0.0
    widths = ndimage.sum_labels(np.ones_like(profile), labels, np.arange(1, count + 1))
    best = round(float(centre)) if centre >= 1 else int(np.argmax(widths)) + 1
    inside = position[labels == best]
    return float((inside[0] + inside[-1]) / 2)


def _medial_cortex(femur: View, core: View, x: float, z: float) -> float:
    """Between the medial edges of bone and medullary cavity, square to the edge, mm."""
    below = METAPHYSIS + np.arange(0.0, 21.0, 2.0)
    rows = np.array([int(np.argmin(np.abs(femur.z - (z - level)))) for level in below])
    outer, inner = _first_crossing(femur, rows), _first_crossing(core, rows)
    slope = np.polyfit(femur.z[rows], outer, 2)
    local = np.polyval(np.polyder(slope), femur.z[rows])
    return float(np.mean((inner - outer) / np.hypot(1, local)))


def _foramen(hip: View, x: float, z: float) -> float:
    """Short over long axis of the hole's second moments."""
    labels, count = ndimage.label(hip.image <= BONE)
    grid_x, grid_z = np.meshgrid(hip.x, hip.z)
    best: Mask = np.zeros(hip.image.shape, dtype=bool)
    for label in range(1, count + 1):
        hole = labels == label
        if hole[0].any() or hole[-1].any() or hole[:, 0].any() or hole[:, -1].any():
            continue
        if grid_z[hole].mean() < z and grid_x[hole].mean() < x and hole.sum() > best.sum():
            best = hole
    if best.sum() < 12:
        return float("nan")
    # The outline is found between pixels: weigh the rim by how far bone has risen.
    spread = np.linalg.eigvalsh(np.cov(grid_x[best], grid_z[best]))
    pixel = (hip.x[1] - hip.x[0]) ** 2 / 12
    return float(np.sqrt((spread[0] + pixel) / (spread[1] + pixel)))


def _inner_edge(hip: View, level: float) -> float:
    """x of the inner wall: the first bone, coming from the midline, in the rows around `level`."""
    rows = np.flatnonzero(np.abs(hip.z - level) < 2.5)
    return float(_first_crossing(hip, rows).mean())


def _ring(hips: Array, sacrum: Array, x: Array, z: Array, head_z: float) -> float:
    """Height from symphysis to promontory over the greatest width between the hip bones."""
    widths = []
    for row in np.flatnonzero((z > head_z + 12) & (z < head_z + 60)):
        bone = np.flatnonzero(hips[row] > BONE)
        left, right = bone[x[bone] > 0], bone[x[bone] < 0]
        if len(left) and len(right):
            widths.append(x[left[0]] - x[right[-1]])
    middle = (np.abs(x) > 7) & (np.abs(x) < 14)
    below = z < head_z
    column = (hips[below][:, middle] > BONE).any(1)
    symphysis = z[below][column.argmax()]
    # The rays that graze the promontory, the lip of the first sacral body, meet the most bone.
    profile = ndimage.gaussian_filter1d(sacrum[:, np.abs(x) < 10].mean(1), 1.2 / abs(z[1] - z[0]))
    top = int(np.argmax(np.where(z > head_z + 45, profile, 0)))
    before, peak, after = profile[top - 1 : top + 2]
    between = 0.5 * (before - after) / (before - 2 * peak + after)
    return float((z[top] + between * (z[1] - z[0]) - symphysis) / max(widths))
