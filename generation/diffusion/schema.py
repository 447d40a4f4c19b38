"""What a model is conditioned on, as plain values: web code checks conditions here without loading torch."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Conditions = Mapping[str, str | float | None]


class ConditionError(ValueError):
    """A condition that the model was not trained with; the message names it and what is allowed."""


@dataclass(frozen=True)
class Category:
    """An attribute with named values; its code is the position of the value."""

    name: str
    values: tuple[str, ...]

    def encode(self, value: str | float) -> float:
        if value not in self.values:
            raise ConditionError(f"{self.name} cannot be {value!r}; it can be {', '.join(self.values)}.")
        return float(self.values.index(str(value)))

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "kind": "category", "values": list(self.values)}


@dataclass(frozen=True)
class Number:
    """A numeric attribute, seen in training between ``low`` and ``high``; its code is the standard score."""

    name: str
    mean: float
    deviation: float
    low: float
    high: float

    def encode(self, value: str | float) -> float:
        if isinstance(value, (str, bool)) or not self.low <= value <= self.high:
            raise ConditionError(
                f"{self.name} must be a number from {self.low:g} to {self.high:g}, not {value!r}."
            )
        return (value - self.mean) / self.deviation

    def as_dict(self) -> dict[str, Any]:
        fields = {key: getattr(self, key) for key in ("mean", "deviation", "low", "high")}
        return {"name": self.name, "kind": "number", **fields}


@dataclass(frozen=True)
class Schema:
    """The attributes of a model, in the order of its embeddings. A super-resolution stage has none."""

    attributes: tuple[Category | Number, ...] = ()

    def encode(self, conditions: Conditions) -> list[float]:
        """One code for each attribute; NaN stands for the null of an attribute that is absent or None.

        Raises ConditionError for an unknown attribute or value.
        """
        known = [attribute.name for attribute in self.attributes]
        for name in conditions:
            if name not in known:
                raise ConditionError(f"The model knows no attribute {name!r}; it knows {', '.join(known)}.")
        values = [(attribute, conditions.get(attribute.name)) for attribute in self.attributes]
        return [math.nan if value is None else attribute.encode(value) for attribute, value in values]

    def as_dict(self) -> dict[str, Any]:
        return {"attributes": [attribute.as_dict() for attribute in self.attributes]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Schema:
        return cls(tuple(_attribute(entry) for entry in values["attributes"]))

    @classmethod
    def learn(cls, rows: Sequence[Conditions], names: Sequence[str]) -> Schema:
        """The schema of attributes ``names`` as they occur in ``rows``: text is a category.

        Raises ConditionError for an attribute that never varies: nothing can be learned of it.
        """
        return cls(
            tuple(
                _learn(name, [row[name] for row in rows if row.get(name) not in (None, "")]) for name in names
            )
        )


def _attribute(entry: Mapping[str, Any]) -> Category | Number:
    if entry["kind"] == "category":
        return Category(entry["name"], tuple(entry["values"]))
    return Number(**{key: entry[key] for key in ("name", "mean", "deviation", "low", "high")})


def _learn(name: str, values: Sequence[Any]) -> Category | Number:
    if len(set(values)) < 2:
        raise ConditionError(f"{name} has fewer than two different values in the cohort; leave it out.")
    if any(isinstance(value, str) for value in values):
        return Category(name, tuple(sorted(set(values))))
    # fsum is exact, so the order of the rows does not matter
    mean = math.fsum(values) / len(values)
    return Number(name, mean, statistics.pstdev(values, mean), min(values), max(values))
