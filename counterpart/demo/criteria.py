"""The form of the live demo: the six criteria of the source study, each of which the registry plants."""

from __future__ import annotations

from typing import TypedDict

MAGNITUDE = (
    "Decreases significantly",
    "Decreases slightly",
    "Does not change",
    "Increases slightly",
    "Increases significantly",
)


def shape(word: str) -> list[str]:
    """The anchors of a form that goes from ``word`` to round."""
    return [
        f"Becomes much more {word}",
        f"Becomes slightly {word}",
        "Does not change",
        "Becomes slightly more round",
        "Becomes much more round",
    ]


class CriterionText(TypedDict):
    key: str
    name: str
    anchors: list[str]
    finding_low: str
    finding_high: str


def magnitude(key: str, name: str) -> CriterionText:
    return CriterionText(
        key=key, name=name, anchors=list(MAGNITUDE), finding_low="Decreased", finding_high="Increased"
    )


def form(key: str, name: str, word: str) -> CriterionText:
    return CriterionText(
        key=key, name=name, anchors=shape(word), finding_low=f"More {word}", finding_high="Rounder"
    )


CRITERIA: tuple[CriterionText, ...] = (
    form("pelvis_ring", "Pelvis ring", "elongated"),
    form("obturator_foramen", "Obturator foramen", "elliptical"),
    magnitude("interacetabular_distance", "Interacetabular distance"),
    magnitude("neck_shaft_angle", "Femoral neck-shaft angle"),
    magnitude("cortical_thickness", "Medial femoral metaphyseal cortical thickness"),
    magnitude("osteoarthritis", "Osteoarthritis severity"),
)
