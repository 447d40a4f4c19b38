"""The six attributes that the paper's readers found to differ (its Table 2), as numbers on one person."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Attributes:
    """What the simulator sets. Absolute values, mean of both sides where there are two.

    - `interacetabular_distance`, mm: between the inner walls of the acetabula, at hip height.
    - `osteoarthritis`, grade 0–4 on a continuous scale: narrows the joint, grows osteophytes and sclerosis.
    - `foramen_roundness`, 0–1: short over long axis of the obturator foramen as projected; 1 is a circle.
    - `neck_shaft_angle`, degrees.
    - `ring_elongation`: height of the pelvic ring (symphysis to promontory) over its greatest
      width, as projected.
    - `cortical_thickness`, mm: medial cortex of the femoral metaphysis, below the lesser trochanter.
    """

    interacetabular_distance: float
    osteoarthritis: float
    foramen_roundness: float
    neck_shaft_angle: float
    ring_elongation: float
    cortical_thickness: float

    def shifted(self, by: dict[str, float], part: float = 1.0) -> Attributes:
        """These attributes plus `part` × `by`; osteoarthritis stays within 0–4."""
        values = {name: value + part * by.get(name, 0.0) for name, value in asdict(self).items()}
        values["osteoarthritis"] = min(max(values["osteoarthritis"], 0.0), 4.0)
        return Attributes(**values)


NAMES: tuple[str, ...] = tuple(field.name for field in fields(Attributes))

# Typical values and spread: of shape, what the atlas's people have (its landmarks, scores at 0.85 SD); of the
# rest, a choice within what is published for adults.
TYPICAL = Attributes(88.0, 1.2, 0.69, 126.7, 0.81, 5.0)
SPREAD = Attributes(6.5, 0.9, 0.07, 3.7, 0.07, 0.6)
