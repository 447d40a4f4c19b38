"""One simulated person on one film: shape, attributes, and everything that varies besides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from generation.simulation.attributes import Attributes


@dataclass(frozen=True)
class Pose:
    """How pelvis and legs lie; degrees.

    `tilt` > 0 brings the sacrum forward (an inlet view), `rotation` > 0 turns the pelvis to its left,
    `obliquity` > 0 raises its right side; `legs` are the inward rotations of left and right leg.
    """

    tilt: float = 0.0
    rotation: float = 0.0
    obliquity: float = 0.0
    legs: tuple[float, float] = (8.0, 8.0)


@dataclass(frozen=True)
class Exposure:
    """`dose`: quanta per mm² of detector behind nothing; `scatter`: 1 is what a usual grid leaves.

    `shift`: where the beam is centred, mm to the patient's left and to the head of the usual point.
    """

    dose: float = 1.5e5
    scatter: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Person:
    """All that a film is made from; the same person always gives the same film, bit for bit on one platform.

    `scores`: shape modes in SD. `seed` draws what has no name: noise, gas, grain of bone, soft tissue.
    `gas`: 0 none, 1 usual. `implant`: "", "left" or "right", a total hip replacement of that side.
    """

    seed: int
    attributes: Attributes
    scores: tuple[float, ...] = ()
    size: float = 1.0
    asymmetry: float = 0.0
    sex: str = "F"
    age: float = 60.0
    bmi: float = 27.0
    pose: Pose = field(default_factory=Pose)
    exposure: Exposure = field(default_factory=Exposure)
    gas: float = 1.0
    implant: str = ""

    def counterpart(self, shift: dict[str, float], part: float = 1.0) -> Person:
        """The true counterfactual: all the same, attributes moved by `part` × `shift`."""
        return replace(self, attributes=self.attributes.shifted(shift, part))
