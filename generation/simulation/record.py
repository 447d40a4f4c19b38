"""One person of a plan, filmed and measured: the film, the registry's line, and the truth beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from generation.simulation.anatomy import build
from generation.simulation.attributes import NAMES
from generation.simulation.film import Scene, build_scene, develop
from generation.simulation.measure_film import measure_film
from generation.simulation.measure_mesh import measure_mesh
from generation.simulation.plan import Drawn, Plan
from generation.simulation.rasterise import Array

SHAPES_TRIED = 20
SMALLEST_RULED = 256  # pixels: smaller films are projected again at this size to be measured
REGISTRY_COLUMNS = ("file", "patient", "sex", "age", "bmi", "group", "projection", "laterality", "implant")
MEASURED = tuple("joint_space" if name == "osteoarthritis" else name for name in NAMES)
TRUTH_COLUMNS = (
    "patient",
    "group",
    "number",
    *(f"planted_{name}" for name in NAMES),
    *(f"mesh_{name}" for name in MEASURED if name != "foramen_roundness"),
    *(f"film_{name}" for name in MEASURED),
    *(
        "tilt",
        "rotation",
        "obliquity",
        "leg_left",
        "leg_right",
        "dose",
        "scatter",
        "gas",
        "size",
        "asymmetry",
    ),
)


@dataclass(frozen=True)
class Filmed:
    """`brightness` (size, size) 0–1, and the person with all that is known of them."""

    drawn: Drawn
    scene: Scene
    brightness: Array


def film(plan: Plan, number: int) -> Filmed:
    """Film the person of this number.

    A shape that cannot take on the attributes, or those of the true counterpart, is drawn again.
    """
    for attempt in range(SHAPES_TRIED):
        drawn = plan.draw(number, attempt)
        other = plan.counterpart(drawn)
        try:
            build(np.array(other.scores), other.attributes, size=other.size, asymmetry=other.asymmetry)
            scene = build_scene(drawn.person, plan.size)
        except ValueError as error:
            refused = error
            continue
        return Filmed(drawn, scene, develop(scene))
    raise ValueError(f"person {number}: {SHAPES_TRIED} shapes were tried; the last: {refused}")


def registry_row(filmed: Filmed, file: str) -> dict[str, str]:
    """The line of registry.csv, in the columns that import_cohort takes."""
    drawn, person = filmed.drawn, filmed.drawn.person
    return {
        "file": file,
        "patient": drawn.patient,
        "sex": person.sex,
        "age": f"{person.age:.1f}",
        "bmi": f"{person.bmi:.1f}",
        "group": drawn.group,
        "projection": "AP",
        "laterality": "bilateral",
        "implant": "yes" if person.implant else "no",
    }


def truth_row(filmed: Filmed) -> dict[str, str]:
    """What was planted, what it measures on surfaces and on the film, and what varied besides."""
    drawn, person, scene = filmed.drawn, filmed.drawn.person, filmed.scene
    pose, exposure = person.pose, person.exposure
    ruled = scene if scene.camera.size >= SMALLEST_RULED else build_scene(person, SMALLEST_RULED, grain=False)
    values: dict[str, float] = {
        **{f"planted_{name}": value for name, value in asdict(person.attributes).items()},
        **{f"mesh_{name}": value for name, value in measure_mesh(scene.anatomy, scene.inner).items()},
        **{f"film_{name}": value for name, value in measure_film(ruled.shadows, ruled.camera).items()},
        "tilt": pose.tilt,
        "rotation": pose.rotation,
        "obliquity": pose.obliquity,
        "leg_left": pose.legs[0],
        "leg_right": pose.legs[1],
        "dose": exposure.dose,
        "scatter": exposure.scatter,
        "gas": person.gas,
        "size": person.size,
        "asymmetry": person.asymmetry,
    }
    texts = {"patient": drawn.patient, "group": drawn.group, "number": str(drawn.number)}
    numbers = {name: "" if np.isnan(value) else f"{value:.5g}" for name, value in values.items()}
    return {name: {**texts, **numbers}[name] for name in TRUTH_COLUMNS}
