"""How to train a stage, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """How to train.

    ``batch`` is the number of images of one optimizer step, over all processes; each process takes its
    share in ``accumulate`` pieces, one after the other. ``crop`` (0: whole images) and ``small_noise`` (the
    strongest noise on the small image) are for super-resolution stages.
    """

    batch: int = 32
    accumulate: int = 1
    learning_rate: float = 4e-4
    weight_decay: float = 0.0
    warmup: int = 200
    clip: float = 1.0
    ema: float = 0.999
    joint_dropout: float = 0.1
    single_dropout: float = 0.0
    crop: int = 0
    small_noise: float = 0.1
    precision: Literal["float32", "bfloat16"] = "float32"
    seed: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
