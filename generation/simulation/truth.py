"""What each planted attribute does to every measured one: the simulator's own proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from generation.simulation.attributes import NAMES, SPREAD, TYPICAL
from generation.simulation.film import build_scene
from generation.simulation.measure_film import measure_film
from generation.simulation.measure_mesh import measure_mesh
from generation.simulation.person import Person

# The measured quantity that tells each attribute, and how much of it one planted unit should give.
TELLS: dict[str, tuple[str, float]] = {name: (name, 1.0) for name in NAMES}
TELLS["osteoarthritis"] = ("joint_space", -0.8)


@dataclass(frozen=True)
class Effect:
    """Planting `attribute` at `steps` SD from typical: change of each measured attribute in its SD.

    `film` is the change found on the projected bones, `mesh` on the surfaces (which know no foramen).
    """

    attribute: str
    steps: float
    mesh: dict[str, float]
    film: dict[str, float]


def effects(
    person: Person, steps: tuple[float, ...], *, attributes: tuple[str, ...] = NAMES, size: int = 512
) -> Iterator[Effect]:
    """Move each of `attributes` alone from TYPICAL by each of `steps` SD, and measure again."""
    base = _measure(replace(person, attributes=TYPICAL), size)
    for name in attributes:
        for step in steps:
            planted = TYPICAL.shifted({name: step * getattr(SPREAD, name)})
            changed = _measure(replace(person, attributes=planted), size)
            mesh, film = (_in_spreads(new, old) for new, old in zip(changed, base, strict=True))
            done = (getattr(planted, name) - getattr(TYPICAL, name)) / getattr(SPREAD, name)
            yield Effect(name, round(done, 9), mesh, film)


def _measure(person: Person, size: int) -> tuple[dict[str, float], dict[str, float]]:
    scene = build_scene(person, size, grain=False)
    return measure_mesh(scene.anatomy, scene.inner), measure_film(scene.shadows, scene.camera)


def _in_spreads(new: dict[str, float], old: dict[str, float]) -> dict[str, float]:
    spread = asdict(SPREAD)
    return {
        name: (new[told] - old[told]) / (unit * spread[name])
        for name, (told, unit) in TELLS.items()
        if told in new
    }
