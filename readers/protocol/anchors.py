"""The two ways in which the source study words five anchors (its Table 2)."""

from __future__ import annotations

NO_CHANGE = "Does not change"

MAGNITUDE = (
    "Decreases significantly",
    "Decreases slightly",
    NO_CHANGE,
    "Increases slightly",
    "Increases significantly",
)


def shape(low: str, high: str) -> tuple[str, ...]:
    """Anchors between two words of shape, such as "elongated" and "round"."""
    return (
        f"Becomes much more {low}",
        f"Becomes slightly more {low}",
        NO_CHANGE,
        f"Becomes slightly more {high}",
        f"Becomes much more {high}",
    )
