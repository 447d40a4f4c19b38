"""One stage of a model: a U-Net with the conditions, noise schedule and target that it was trained for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, cast

from torch import Tensor, nn

from generation.diffusion.conditioning import Conditioner, JointConditioner
from generation.diffusion.schedule import Schedule, Target
from generation.diffusion.schema import Schema
from generation.diffusion.unet import UNet, UNetConfig


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Everything that is needed to build a stage.

    ``upscale`` above 1 makes it a super-resolution stage. ``conditioner`` "joint" is for imported models.
    """

    unet: UNetConfig
    schema: Schema = field(default_factory=Schema)
    schedule: Schedule = field(default_factory=Schedule)
    target: Target = "v"
    upscale: int = 1
    conditioner: Literal["split", "joint"] = "split"

    def as_dict(self) -> dict[str, Any]:
        return {
            "unet": self.unet.as_dict(),
            "schema": self.schema.as_dict(),
            "schedule": self.schedule.as_dict(),
            "target": self.target,
            "upscale": self.upscale,
            "conditioner": self.conditioner,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ModelConfig:
        return cls(
            unet=UNetConfig.from_dict(values["unet"]),
            schema=Schema.from_dict(values["schema"]),
            schedule=Schedule(**values["schedule"]),
            target=cast(Target, values["target"]),
            upscale=values["upscale"],
            conditioner=values.get("conditioner", "split"),
        )


class DiffusionModel(nn.Module):
    """Network output (B, 1 or 2, H, W) for a noisy image, timesteps (B,) and a condition embedding (B, E).

    The first channel predicts ``config.target``; the second is there if the variance is learned.
    """

    alpha_bar: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.unet = UNet(config.unet)
        kind = Conditioner if config.conditioner == "split" else JointConditioner
        self.conditioner = kind(config.schema, config.unet.embedding_size)
        self.register_buffer("alpha_bar", config.schedule.alphas_cumprod().float(), persistent=False)

    def forward(self, x: Tensor, t: Tensor, embedding: Tensor) -> Tensor:
        return self.unet(x, t, embedding)
