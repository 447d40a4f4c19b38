"""Everything that decides the pixels of a video, and nothing else. Its hash names the frames' folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from generation.diffusion.schema import Conditions, Schema
from generation.imaging.manifest import sha256_of

FORMAT = "counterpart-spec/1"


@dataclass(frozen=True, kw_only=True)
class VideoSpec:
    """A video that turns ``attribute`` from ``value_from`` (λ = 0) to ``value_to`` (λ = 1), all else equal.

    ``batch`` belongs to the spec because frames are computed together in fixed groups of that many, so
    that their bytes depend neither on the chunk that asked for them nor on what was finished before.
    """

    checkpoint_sha256: str
    seed: int
    value_from: str
    value_to: str
    n_frames: int
    steps: int
    guidance: float
    conditions: Mapping[str, str | float | None] = field(default_factory=dict)
    attribute: str = "group"
    convention: Literal["from null", "from condition"] = "from null"
    spacing: Literal["leading", "trailing"] = "trailing"
    interpolation: Literal["linear"] = "linear"
    super_resolution_steps: int = 0
    precision: Literal["float32", "bfloat16"] = "float32"
    batch: int = 12

    def __post_init__(self) -> None:
        # Equal videos get equal hashes: 40 is 40.0, and what is None is as open as what is absent.
        known = {name: value for name, value in self.conditions.items() if value is not None}
        object.__setattr__(self, "conditions", {name: real(value) for name, value in known.items()})
        object.__setattr__(self, "guidance", real(self.guidance))
        if self.n_frames < 2:
            raise ValueError(f"A video needs at least two frames, not {self.n_frames}.")
        if self.seed < 0 or self.steps < 1 or self.batch < 1 or self.super_resolution_steps < 0:
            raise ValueError("Seed, steps and batch cannot be negative; steps and batch cannot be zero.")

    def ends(self) -> tuple[Conditions, Conditions]:
        """The conditions of the first and of the last frame."""
        return (
            {**self.conditions, self.attribute: self.value_from},
            {**self.conditions, self.attribute: self.value_to},
        )

    def check(self, schema: Schema) -> None:
        """Raise ConditionError when a model with this schema cannot render the video."""
        for conditions in self.ends():
            schema.encode(conditions)

    def groups(self) -> list[tuple[int, int]]:
        """First and last frame of the groups that are computed together; the last may be short."""
        starts = range(0, self.n_frames, self.batch)
        return [(start, min(start + self.batch, self.n_frames) - 1) for start in starts]

    def as_dict(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self), "conditions": dict(self.conditions)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> VideoSpec:
        if values.get("format") != FORMAT:
            raise ValueError(f"The spec has format {values.get('format')!r}; this version reads {FORMAT}.")
        return cls(**{key: value for key, value in values.items() if key != "format"})

    def sha256(self) -> str:
        return sha256_of(self.as_dict())


def real(value: Any) -> Any:
    """Whole numbers as floats, everything else as it is."""
    return float(value) if type(value) is int else value


def lambdas(n_frames: int) -> list[float]:
    """How far each frame is on the way: 0 on the first, 1 on the last, evenly spaced."""
    return [frame / (n_frames - 1) for frame in range(n_frames)]
