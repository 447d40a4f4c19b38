"""Named starting points for a stage's size and training; every value can be changed on the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Preset:
    """Fields of UNetConfig, and of TrainingOptions; ``upscale`` above 1 is a super-resolution stage.

    Super-resolution stages predict the image itself: with few steps no rest of noise stays in it.
    """

    unet: dict[str, Any]
    training: dict[str, Any] = field(default_factory=dict)
    target: Literal["epsilon", "v", "x0"] = "v"
    upscale: int = 1


PRESETS = {
    # The paper's Table 1, with its lost cell (128 channels) from the released configuration.
    "paper-base": Preset(
        unet={
            "image_size": 256,
            "channels": 128,
            "multipliers": (1, 1, 2, 2, 4, 4),
            "attention": (32, 16, 8),
        },
        training={"batch": 64, "learning_rate": 1e-4, "ema": 0.9999, "precision": "bfloat16"},
    ),
    "paper-super-resolution": Preset(
        unet={
            "image_size": 1024,
            "channels": 64,
            "multipliers": (1, 1, 2, 2, 4, 4),
            "attention": (32,),
            "concat_channels": 1,
        },
        training={"batch": 5, "learning_rate": 1e-4, "ema": 0.9999, "precision": "bfloat16"},
        target="x0",
        upscale=4,
    ),
    # For two CPU cores: the net works on 2 x 2 pixels at a time.
    "demo-base": Preset(
        unet={
            "image_size": 64,
            "channels": 64,
            "multipliers": (1, 2, 2),
            "attention": (8,),
            "head_channels": 32,
            "patch": 2,
        },
        training={"single_dropout": 0.1, "precision": "bfloat16"},
    ),
    "demo-super-resolution": Preset(
        unet={
            "image_size": 128,
            "channels": 32,
            "multipliers": (1, 2, 2),
            "blocks": 1,
            "attention": (),
            "patch": 2,
            "concat_channels": 1,
        },
        training={"batch": 4, "precision": "bfloat16"},
        target="x0",
        upscale=2,
    ),
    # For tests.
    "tiny": Preset(
        unet={
            "image_size": 16,
            "channels": 8,
            "multipliers": (1, 2),
            "blocks": 1,
            "attention": (8,),
            "head_channels": 8,
        },
        training={"batch": 4},
    ),
    "tiny-super-resolution": Preset(
        unet={
            "image_size": 32,
            "channels": 8,
            "multipliers": (1, 2),
            "blocks": 1,
            "attention": (),
            "concat_channels": 1,
        },
        training={"batch": 4, "crop": 16},
        target="x0",
        upscale=2,
    ),
}
