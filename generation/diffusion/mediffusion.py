"""Checkpoints of Mediffusion 0.7.1 (and of its repository's head, whose networks are the same) as our models.

Its network is the same one: residual blocks with scale and shift, attention, a time embedding. Only names
differ, and the order of the rows in which attention keeps queries, keys and values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from generation.diffusion.folder import CheckpointError
from generation.diffusion.model import DiffusionModel, ModelConfig
from generation.diffusion.schedule import Schedule, Target
from generation.diffusion.schema import Category, Number, Schema
from generation.diffusion.unet import UNetConfig

TARGETS: dict[str, Target] = {"VELOCITY": "v", "EPSILON": "epsilon", "START_X": "x0"}
# What a configuration file leaves out (mediffusion/default_config/default.yaml).
DEFAULTS: dict[str, dict[str, Any]] = {
    "diffusion": {
        "timesteps": 1000,
        "schedule_name": "cosine",
        "enforce_zero_terminal_snr": True,
        "mean_type": "VELOCITY",
        "var_type": "LEARNED_RANGE",
    },
    "model": {
        "input_size": 256,
        "dims": 2,
        "attention_resolutions": [8, 16, 32],
        "channel_mult": [1, 1, 2, 2, 4, 4],
        "dropout": 0.0,
        "in_channels": 1,
        "out_channels": 2,
        "model_channels": 128,
        "num_head_channels": -1,
        "num_heads": 4,
        "num_res_blocks": [2, 2, 2, 2, 2, 2],
        "num_classes": 0,
        "concat_channels": 0,
        "missing_class_value": None,
    },
}
# Settings under which its network is another one than ours.
REQUIRED: dict[str, Any] = {
    "dims": 2,
    "resblock_updown": False,
    "use_scale_shift_norm": True,
    "scale_skip_connection": False,
    "conv_resample": True,
    "num_heads_upsample": -1,
}
FIRST_LAYERS = {
    "in_layers.0": "norm_in",
    "in_layers.2": "conv_in",
    "emb_layers.1": "embed",
    "out_layers.0": "norm_out",
    "out_layers.3": "conv_out",
    "skip_connection": "skip",
}
ATTENTION = {"norm": "norm", "qkv": "qkv", "proj_out": "out"}


def import_model(
    weights: Mapping[str, Tensor], settings: Mapping[str, Any], schema: Schema | None = None
) -> DiffusionModel:
    """The model of a checkpoint's ``model.…`` weights and its configuration file.

    ``schema`` says what the entries of its class vector mean; without it they are numbers named class_1,
    class_2, … Raises CheckpointError when the network is one that we do not have, or a weight is left over.
    """
    config = model_config(settings, schema)
    model = DiffusionModel(config)
    wanted = dict(settings.get("model", {}))
    ours = dict(_renamed(weights, config, new_order=bool(wanted.get("use_new_attention_order"))))
    if config.conditioner == "joint":
        ours.setdefault("conditioner.missing", torch.full((1,), torch.nan))
    else:
        ours |= {name: value for name, value in model.state_dict().items() if name.startswith("conditioner.")}
    try:
        model.load_state_dict(ours)
    except RuntimeError as error:
        raise CheckpointError(f"The weights do not fit the configuration: {error}") from error
    return model.requires_grad_(False).eval()


def model_config(settings: Mapping[str, Any], schema: Schema | None = None) -> ModelConfig:
    """Our configuration from the text of theirs; CheckpointError for what we do not have."""
    diffusion = DEFAULTS["diffusion"] | dict(settings.get("diffusion", {}))
    wanted = DEFAULTS["model"] | dict(settings.get("model", {}))
    for name, value in REQUIRED.items():
        if wanted.get(name, value) != value:
            raise CheckpointError(f"model.{name} is {wanted[name]!r}; only {value!r} can be imported.")
    if diffusion["mean_type"] not in TARGETS:
        raise CheckpointError(f"diffusion.mean_type {diffusion['mean_type']} cannot be imported.")
    if wanted["in_channels"] - wanted["concat_channels"] != 1:
        raise CheckpointError("Only models of grey images (one channel) can be imported.")
    size, classes = wanted["input_size"], wanted["num_classes"]
    size = size if isinstance(size, int) else size[0]
    schema = schema or Schema(
        tuple(Number(f"class_{entry}", 0.0, 1.0, -1e6, 1e6) for entry in range(1, classes + 1))
    )
    if _entries(schema) != classes:
        raise CheckpointError(f"The conditions fill {_entries(schema)} entries; the model has {classes}.")
    heads = wanted["num_head_channels"]
    return ModelConfig(
        unet=UNetConfig(
            image_size=size,
            channels=wanted["model_channels"],
            multipliers=tuple(wanted["channel_mult"]),
            blocks=tuple(wanted["num_res_blocks"]),
            attention=tuple(size // rate for rate in wanted["attention_resolutions"]),
            heads=wanted["num_heads"] if heads == -1 else 0,
            head_channels=64 if heads == -1 else heads,
            concat_channels=wanted["concat_channels"],
            learned_variance=diffusion["var_type"] in ("LEARNED", "LEARNED_RANGE"),
            dropout=wanted["dropout"],
        ),
        schema=schema,
        schedule=Schedule(
            kind=diffusion["schedule_name"],
            steps=diffusion["timesteps"],
            zero_terminal_snr=diffusion["enforce_zero_terminal_snr"],
        ),
        target=TARGETS[diffusion["mean_type"]],
        upscale=4 if wanted["concat_channels"] else 1,
        conditioner="joint" if classes else "split",
    )


def read_weights(path: Path) -> dict[str, Tensor]:
    """The network's weights in a Lightning checkpoint or a plain state dict; never runs code from the file.

    Raises CheckpointError when the file holds more than tensors and plain values, or no such network.
    """
    import pickle

    try:
        stored = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, pickle.UnpicklingError) as error:
        raise CheckpointError(
            f"{path} cannot be read as plain weights ({type(error).__name__}). If it is yours, write its "
            "state dict alone with the program that made it: torch.save(module.state_dict(), 'weights.pt')."
        ) from error
    weights = stored.get("state_dict", stored) if isinstance(stored, dict) else {}
    found = {
        name.removeprefix("model."): value
        for name, value in weights.items()
        if isinstance(value, Tensor) and name.removeprefix("model.").split(".")[0] in NETWORK
    }
    if "out.2.weight" not in found:
        raise CheckpointError(f"{path} holds no network of Mediffusion.")
    return cast(dict[str, Tensor], found)


NETWORK = (
    "time_embed",
    "class_embed",
    "null_cls_embed",
    "missing_class_param",
    "input_blocks",
    "middle_block",
    "output_blocks",
    "out",
)


def _entries(schema: Schema) -> int:
    return sum(len(one.values) if isinstance(one, Category) else 1 for one in schema.attributes)


def _renamed(
    weights: Mapping[str, Tensor], config: ModelConfig, *, new_order: bool
) -> Iterator[tuple[str, Tensor]]:
    places = _places(config.unet)
    for name, value in weights.items():
        ours = _name(name, places)
        if ours.endswith(("attention.qkv.weight", "attention.qkv.bias")):
            heads = config.unet.heads or max(1, len(value) // 3 // config.unet.head_channels)
            value = value if new_order else _queries_first(value, heads)
        if ".attention." in ours and value.ndim == 3:
            value = value[..., None]
        yield ours, value


def _queries_first(value: Tensor, heads: int) -> Tensor:
    """Rows (head, q k v, channel), as it keeps them, to (q k v, head, channel)."""
    return value.unflatten(0, (heads, 3, -1)).transpose(0, 1).flatten(0, 2)


def _places(config: UNetConfig) -> dict[str, str]:
    """From their module names to ours, block by block in the order of the layers."""
    places = {"input_blocks.0.0": "unet.stem", "out.0": "unet.head.0", "out.2": "unet.head.2"}
    levels = config.levels()
    number = 0
    for depth, (_, blocks, _) in enumerate(levels):
        if depth > 0:
            places[f"input_blocks.{number + 1}.0.op"] = f"unet.down.{number}"
            number += 1
        for _ in range(blocks):
            places |= _level(f"input_blocks.{number + 1}", f"unet.down.{number}")
            number += 1
    places |= _level("middle_block", "unet.middle.0")
    places |= {
        f"middle_block.2.{theirs}": f"unet.middle.1.block.{ours}" for theirs, ours in FIRST_LAYERS.items()
    }
    theirs = ours = 0
    for depth, (_, blocks, attention) in reversed(list(enumerate(levels))):
        for _ in range(blocks + 1):
            places |= _level(f"output_blocks.{theirs}", f"unet.up.{ours}")
            theirs, ours = theirs + 1, ours + 1
        if depth > 0:
            places[f"output_blocks.{theirs - 1}.{1 + attention}.conv"] = f"unet.up.{ours}"
            ours += 1
    places |= {"time_embed.0": "unet.time.0", "time_embed.2": "unet.time.2"}
    places |= {"class_embed.0": "conditioner.embedding.0", "class_embed.2": "conditioner.embedding.2"}
    return places | {"null_cls_embed": "conditioner.null", "missing_class_param": "conditioner.missing"}


def _level(theirs: str, ours: str) -> dict[str, str]:
    block = {f"{theirs}.0.{a}": f"{ours}.block.{b}" for a, b in FIRST_LAYERS.items()}
    return block | {f"{theirs}.1.{a}": f"{ours}.attention.{b}" for a, b in ATTENTION.items()}


def _name(theirs: str, places: Mapping[str, str]) -> str:
    if theirs in places:
        return places[theirs]
    module, _, kind = theirs.rpartition(".")
    if module not in places:
        raise CheckpointError(f"The checkpoint holds {theirs}, which the configuration does not describe.")
    return f"{places[module]}.{kind}"
