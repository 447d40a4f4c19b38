"""A model so small that videos of it are rendered within a second; its pictures show nothing."""

from __future__ import annotations

from pathlib import Path


def make_tiny_model(folder: Path) -> None:
    """Write a 16 px base model, conditioned on group and age, with a stage that makes 32 px of it."""
    import torch

    from generation.diffusion.checkpoint import save_model
    from generation.diffusion.folder import SUPER_RESOLUTION
    from generation.diffusion.model import DiffusionModel, ModelConfig
    from generation.diffusion.presets import PRESETS
    from generation.diffusion.schema import Category, Number, Schema
    from generation.diffusion.unet import UNetConfig

    schema = Schema((Category("group", ("female", "male")), Number("age", 50.0, 20.0, 18.0, 90.0)))
    torch.manual_seed(0)
    for stage, preset, attributes in (
        (folder, "tiny", schema),
        (folder / SUPER_RESOLUTION, "tiny-sr", Schema()),
    ):
        chosen = PRESETS[preset]
        model = DiffusionModel(
            ModelConfig(
                unet=UNetConfig(**chosen.unet),
                schema=attributes,
                target=chosen.target,
                upscale=chosen.upscale,
            )
        )
        for name, parameter in model.named_parameters():
            if name.startswith("conditioner") or not parameter.any():
                torch.nn.init.normal_(parameter, std=1.0 if name.startswith("conditioner") else 0.03)
        save_model(stage, model, training={})
