"""The form of the live demo: six criteria for chest radiographs, in the source study's two styles."""

from __future__ import annotations

from typing import TypedDict

MAGNITUDE = (
    "Decreases significantly",
    "Decreases slightly",
    "Does not change",
    "Increases slightly",
    "Increases significantly",
)
SHAPE = (
    "Becomes much more elongated",
    "Becomes slightly more elongated",
    "Does not change",
    "Becomes slightly broader",
    "Becomes much broader",
)


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


def shape(key: str, name: str) -> CriterionText:
    return CriterionText(
        key=key, name=name, anchors=list(SHAPE), finding_low="More elongated", finding_high="Broader"
    )


CRITERIA: tuple[CriterionText, ...] = (
    magnitude("soft_tissue", "Soft-tissue shadow over the lower chest"),
    magnitude("heart_width", "Width of the heart shadow"),
    shape("rib_cage", "Rib cage"),
    magnitude("lung_height", "Height of the lung fields"),
    magnitude("shoulder_width", "Distance between the shoulders"),
    magnitude("bone_density", "Density of clavicles and ribs"),
)
