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
    # The paper's Table 1 and supplement, with what they leave out from the released configuration: 128
    # channels, four heads, a learned variance, a decay of 5e-4. AdamW stands in for its optimizer, Lion,
    # at ten times Lion's rate of 1e-5 (Chen et al. 2023, arXiv:2302.06675, section 5). A batch of 5 "across
    # four" GPUs is read as 5 on each.
    "paper-base": Preset(
        unet={
            "image_size": 256,
            "channels": 128,
            "multipliers": (1, 1, 2, 2, 4, 4),
            "attention": (32, 16, 8),
            "heads": 4,
            "learned_variance": True,
        },
        training={
            "batch": 64,
            "learning_rate": 1e-4,
            "weight_decay": 5e-4,
            "ema": 0.9999,
            "single_dropout": 0.1,
            "precision": "bfloat16",
        },
    ),
    "paper-sr": Preset(
        unet={
            "image_size": 1024,
            "channels": 64,
            "multipliers": (1, 1, 2, 2, 4, 4),
            "attention": (32,),
            "heads": 4,
            "concat_channels": 1,
        },
        training={
            "batch": 20,
            "learning_rate": 1e-4,
            "weight_decay": 5e-4,
            "ema": 0.9999,
            "precision": "bfloat16",
        },
        target="x0",
        upscale=4,
    ),
    # For CPU cores: the nets work on 4 x 4 and on 2 x 2 pixels at a time.
    "demo": Preset(
        unet={
            "image_size": 128,
            "channels": 64,
            "multipliers": (1, 2, 2),
            "blocks": 1,
            "attention": (8,),
            "head_channels": 32,
            "patch": 4,
        },
        training={"learning_rate": 6e-4, "single_dropout": 0.1, "precision": "bfloat16"},
    ),
    "demo-sr": Preset(
        unet={
            "image_size": 256,
            "channels": 32,
            "multipliers": (1, 2, 2),
            "blocks": 1,
            "attention": (),
            "patch": 2,
            "concat_channels": 1,
        },
        training={"batch": 4, "crop": 128, "precision": "bfloat16"},
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
    "tiny-sr": Preset(
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
