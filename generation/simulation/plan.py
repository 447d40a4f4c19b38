"""A registry by plan: who is in group A and B, how their attributes differ, and what differs besides.

Every person is drawn from the plan's seed and their own number alone: the same number is the same person
however many others there are.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

import numpy as np

from generation.simulation.attributes import NAMES, Attributes
from generation.simulation.person import Exposure, Person, Pose
from generation.simulation.rasterise import Array

GROUPS = ("A", "B")
SHAPE_SPREAD = 0.85  # of the atlas's modes: 26 people give wide tails
MODES = 25
LIMIT = 2.5  # SD beyond which nobody is drawn

# Mean and spread, the same in both groups unless the plan says otherwise.
BODY: dict[str, tuple[float, float]] = {"age": (60.0, 12.0), "bmi": (27.5, 4.5)}
FILM: dict[str, tuple[float, float]] = {
    "tilt": (0.0, 3.0),
    "rotation": (0.0, 1.5),
    "obliquity": (0.0, 1.5),
    "leg_rotation": (7.0, 6.0),
    "shift": (0.0, 5.0),
    "dose": (1.5e5, 4e4),
    "scatter": (1.0, 0.2),
    "gas": (1.0, 0.35),
}
SHARES: dict[str, float] = {"female": 0.5, "implant": 0.0}
RANGES = {"age": (18.0, 95.0), "bmi": (16.0, 50.0), "osteoarthritis": (0.0, 4.0), "gas": (0.0, 2.5)}
RANGES |= {"dose": (1e4, 1e7), "scatter": (0.0, 3.0), "cortical_thickness": (2.0, 9.0)}
CORRELATED = (*NAMES, *BODY)


@dataclass(frozen=True)
class Quantity:
    """Mean in each group and the spread (SD) within them."""

    mean: dict[str, float]
    spread: float

    @property
    def difference(self) -> float:
        """B − A."""
        return self.mean["B"] - self.mean["A"]


@dataclass(frozen=True)
class Drawn:
    """One person of the registry: `number` in the plan, `group`, and a made-up `patient` number."""

    number: int
    group: str
    patient: str
    person: Person


@dataclass(frozen=True)
class Plan:
    """What to draw from. `quantities`: attributes, age, BMI and film; `shares`: 0–1 by group."""

    name: str
    seed: int
    size: int
    people: dict[str, int]
    quantities: dict[str, Quantity]
    shares: dict[str, dict[str, float]]
    correlation: Array

    @property
    def total(self) -> int:
        return sum(self.people.values())

    @property
    def negative_controls(self) -> tuple[str, ...]:
        """Attributes whose means do not differ between the groups."""
        return tuple(name for name in NAMES if self.quantities[name].difference == 0)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that the plan says."""
        said = asdict(self) | {"correlation": self.correlation.tolist()}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def shift(self, group: str) -> dict[str, float]:
        """What must be added to the attributes of someone of `group` to reach the other group."""
        sign = 1.0 if group == "A" else -1.0
        return {name: sign * self.quantities[name].difference for name in NAMES}

    def counterpart(self, drawn: Drawn, part: float = 1.0) -> Person:
        """The true counterfactual of `drawn` in the other group, or `part` of the way there."""
        return drawn.person.counterpart(self.shift(drawn.group), part)

    def draw(self, number: int, attempt: int = 0) -> Drawn:
        """The person of this number (from 0). Another `attempt` gives the same person another bare shape.

        For shapes that cannot take on the attributes: those are drawn first and stay as they are.
        """
        if not 0 <= number < self.total:
            raise IndexError(f"the plan has people 0 to {self.total - 1}, not {number}")
        group = "A" if number < self.people["A"] else "B"
        rng = np.random.Generator(np.random.PCG64([self.seed, number]))
        tied = np.linalg.cholesky(self.correlation) @ _standard(rng, len(CORRELATED))
        value = {name: self._value(name, group, z) for name, z in zip(CORRELATED, tied, strict=True)}
        free = [*FILM, "leg_rotation", "shift"]  # two legs, two directions
        loose = zip(free, _standard(rng, len(free)), strict=True)
        drawn = [self._value(name, group, z) for name, z in loose]
        tilt, rotation, obliquity, leg, right, dose, scatter, gas, other_leg, up = drawn
        chance = {name: rng.random() < share[group] for name, share in self.shares.items()}
        sex, side = "F" if chance["female"] else "M", "left" if rng.random() < 0.5 else "right"
        size = (0.975 if sex == "F" else 1.025) * (1 + 0.025 * float(_standard(rng, 1)[0]))
        asymmetry = 0.4 * float(rng.standard_normal())
        seed, patient = int(rng.integers(2**63)), f"SIM{rng.integers(16**10):010X}"
        shape = np.random.Generator(np.random.PCG64([self.seed, number, attempt]))
        person = Person(
            seed=seed,
            attributes=Attributes(**{name: value[name] for name in NAMES}),
            scores=tuple((SHAPE_SPREAD * _standard(shape, MODES)).tolist()),
            size=size,
            asymmetry=asymmetry,
            sex=sex,
            age=round(value["age"], 1),
            bmi=round(value["bmi"], 1),
            pose=Pose(tilt, rotation, obliquity, (leg, other_leg)),
            exposure=Exposure(dose, scatter, (right, up)),
            gas=gas,
            implant=side if chance["implant"] else "",
        )
        return Drawn(number, group, patient, person)

    def _value(self, name: str, group: str, z: float) -> float:
        quantity = self.quantities[name]
        low, high = RANGES.get(name, (-np.inf, np.inf))
        return float(np.clip(quantity.mean[group] + quantity.spread * z, low, high))


def _standard(rng: np.random.Generator, count: int) -> Array:
    """Standard normal values; the few beyond ±LIMIT are brought back to it."""
    return np.clip(rng.standard_normal(count), -LIMIT, LIMIT)
