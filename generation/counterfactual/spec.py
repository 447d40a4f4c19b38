"""Everything that decides the pixels of a video, and nothing else. Its hash names the frames' folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from typing import Any, Literal

from generation.diffusion.schema import Conditions, Schema
from generation.imaging.manifest import sha256_of

FORMAT = "counterpart-spec/1"


@dataclass(frozen=True, kw_only=True)
class VideoSpec:
    """A video that turns ``attribute`` from ``value_from`` (λ = 0) to ``value_to`` (λ = 1), all else equal
    but what is ``also`` named: attribute to (first, last value).

    ``batch`` belongs to the spec because frames are computed together in fixed groups of that many, so
    that their bytes depend neither on the chunk that asked for them nor on what was finished before.
    ``guidance`` acts on all attributes together; where ``attribute_guidance`` names some, on these alone.

    ``keyframe_bound`` (grey levels) renders keyframes only and interpolates the others, see
    ``generation.counterfactual.keyframes``. ``approximation`` names what makes the frames deviate from the
    video that ``exact()`` describes; the deviation is measured and recorded. ``source`` is the pixel hash
    of a radiograph that the noise is found from, instead of drawing it by ``seed``.
    """

    checkpoint_sha256: str
    seed: int
    value_from: str | float
    value_to: str | float
    n_frames: int
    steps: int
    guidance: float
    conditions: Mapping[str, str | float | None] = field(default_factory=dict)
    attribute: str = "group"
    convention: Literal["from null", "from condition"] = "from null"
    spacing: Literal["leading", "trailing"] = "trailing"
    interpolation: Literal["linear", "spherical"] = "linear"
    super_resolution_steps: int = 0
    precision: Literal["float32", "bfloat16"] = "float32"
    batch: int = 12
    also: Mapping[str, tuple[str | float, str | float]] = field(default_factory=dict)
    sampler: Literal["ddim", "dpm-solver++"] = "ddim"
    attribute_guidance: Mapping[str, float] = field(default_factory=dict)
    guidance_interval: tuple[int, int] | None = None
    rescale: float = 0.0
    rescale_over: Literal["image", "batch"] = "image"
    keyframe_bound: float | None = None
    approximation: Literal["", "fewer steps", "cached guidance"] = ""
    exact_steps: int = 0
    source: str = ""
    inversion: Literal["fixed point", "coupled"] = "fixed point"

    def __post_init__(self) -> None:
        # Equal videos get equal hashes: 40 is 40.0, and what is None is as open as what is absent.
        known = {name: value for name, value in self.conditions.items() if value is not None}
        object.__setattr__(self, "conditions", {name: real(value) for name, value in known.items()})
        also = {name: (real(first), real(last)) for name, (first, last) in self.also.items()}
        object.__setattr__(self, "also", also)
        for name in ("guidance", "value_from", "value_to", "keyframe_bound", "rescale"):
            object.__setattr__(self, name, real(getattr(self, name)))
        scales = {name: real(scale) for name, scale in self.attribute_guidance.items()}
        object.__setattr__(self, "attribute_guidance", scales)
        if self.guidance_interval is not None:
            object.__setattr__(self, "guidance_interval", tuple(self.guidance_interval))
        if self.n_frames < 2:
            raise ValueError(f"A video needs at least two frames, not {self.n_frames}.")
        if self.seed < 0 or self.steps < 1 or self.batch < 1 or self.super_resolution_steps < 0:
            raise ValueError("Seed, steps and batch cannot be negative; steps and batch cannot be zero.")
        if (self.approximation == "fewer steps") != bool(self.exact_steps):
            raise ValueError("Fewer steps are an approximation of more: name it, and give exact_steps.")
        if self.exact_steps and self.exact_steps <= self.steps:
            raise ValueError(f"{self.steps} steps are not fewer than {self.exact_steps}.")
        if self.keyframe_bound is not None and (self.approximation or self.keyframe_bound <= 0):
            raise ValueError("Keyframes need a bound above 0, and are not taken from approximate frames.")
        if self.source and self.sampler != "ddim":
            raise ValueError("The noise of a radiograph is found for the sampler ddim only.")
        if self.attribute in self.also:
            raise ValueError(f"{self.attribute} is the attribute that changes already.")

    def ends(self) -> tuple[Conditions, Conditions]:
        """The conditions of the first and of the last frame."""
        first, last = ({name: pair[end] for name, pair in self.also.items()} for end in (0, 1))
        return (
            {**self.conditions, **first, self.attribute: self.value_from},
            {**self.conditions, **last, self.attribute: self.value_to},
        )

    def is_null(self) -> bool:
        """Whether nothing changes (A to A): all frames are one."""
        first, last = self.ends()
        return first == last

    def is_plain(self) -> bool:
        """Whether all frames are simply rendered, so that a frame on disk says all that there is to say."""
        return self.keyframe_bound is None and not self.approximation and not self.source

    def reverse(self) -> VideoSpec:
        """The same frames in the other direction."""
        also = {name: (last, first) for name, (first, last) in self.also.items()}
        return replace(self, value_from=self.value_to, value_to=self.value_from, also=also)

    def exact(self) -> VideoSpec:
        """The video that this one approximates."""
        return replace(self, approximation="", steps=self.exact_steps or self.steps, exact_steps=0)

    def check(self, schema: Schema) -> None:
        """Raise ConditionError when a model with this schema cannot render the video."""
        for conditions in self.ends():
            schema.encode(conditions)

    def groups(self) -> list[tuple[int, int]]:
        """First and last frame of the groups that are computed together; the last may be short.

        Keyframes are chosen in view of the whole video, which then is one group.
        """
        if self.keyframe_bound is not None:
            return [(0, self.n_frames - 1)]
        starts = range(0, self.n_frames, self.batch)
        return [(start, min(start + self.batch, self.n_frames) - 1) for start in starts]

    def as_dict(self) -> dict[str, Any]:
        """JSON values. What came later (from ``also`` on) is left out while it is as ever, so that the
        hashes of earlier videos stand."""
        later = [item for item in fields(self) if item.name in _LATER]
        usual = {item.name for item in later if getattr(self, item.name) == _default(item)}
        values = {key: value for key, value in asdict(self).items() if key not in usual}
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
        if self.also:
            plain["also"] = {name: list(pair) for name, pair in self.also.items()}
        return {"format": FORMAT, **plain, "conditions": dict(self.conditions)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> VideoSpec:
        if values.get("format") != FORMAT:
            raise ValueError(f"The spec has format {values.get('format')!r}; this version reads {FORMAT}.")
        return cls(**{key: value for key, value in values.items() if key != "format"})

    def sha256(self) -> str:
        return sha256_of(self.as_dict())


_LATER = [item.name for item in fields(VideoSpec)]
_LATER = _LATER[_LATER.index("also") :]


def _default(item: Any) -> Any:
    return item.default if item.default_factory is MISSING else item.default_factory()


def real(value: Any) -> Any:
    """Whole numbers as floats, everything else as it is."""
    return float(value) if type(value) is int else value


def lambdas(n_frames: int) -> list[float]:
    """How far each frame is on the way: 0 on the first, 1 on the last, evenly spaced."""
    return [frame / (n_frames - 1) for frame in range(n_frames)]
