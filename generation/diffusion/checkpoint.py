"""Checkpoints: weights as safetensors, everything else as JSON; never a pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from generation.diffusion.folder import (
    CONFIG,
    KEPT,
    STATES,
    WEIGHTS,
    CheckpointError,
    file_sha256,
    read_config,
    states,
    write_atomic,
)
from generation.diffusion.model import DiffusionModel, ModelConfig
from generation.diffusion.training import Trainer


def save_model(folder: Path, model: DiffusionModel, *, training: dict[str, Any], half: bool = False) -> None:
    """Write ``model`` (its EMA, usually) and its config into ``folder``.

    ``training`` is recorded beside the config: options, data, versions. ``half`` stores 16-bit weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dtype = torch.float16 if half else torch.float32
    weights = {
        name: value.detach().cpu().to(dtype).contiguous() for name, value in model.state_dict().items()
    }
    write_atomic(folder / WEIGHTS, save(weights))
    config = {
        "format": "counterpart-model/1",
        "model": model.config.as_dict(),
        "training": training,
        "weights_sha256": file_sha256(folder / WEIGHTS),
    }
    write_atomic(folder / CONFIG, (json.dumps(config, indent=1) + "\n").encode())


def load_model(folder: Path) -> DiffusionModel:
    """The model of a checkpoint folder, in float32, for evaluation; CheckpointError when it is damaged."""
    config = read_config(folder)
    if file_sha256(folder / WEIGHTS) != config["weights_sha256"]:
        raise CheckpointError(
            f"{folder / WEIGHTS} is not the file that {CONFIG} describes; copy the folder again."
        )
    model = DiffusionModel(ModelConfig.from_dict(config["model"]))
    model.load_state_dict({name: value.float() for name, value in load_file(folder / WEIGHTS).items()})
    return model.requires_grad_(False).eval()


def save_state(folder: Path, trainer: Trainer) -> None:
    """Write all that a resumed training needs: model, average, optimizer and the number of steps done.

    Of older states the last ones are kept, KEPT in all.
    """
    (folder / STATES).mkdir(parents=True, exist_ok=True)
    tensors = {f"model.{name}": value for name, value in trainer.model.state_dict().items()}
    tensors |= {f"ema.{name}": value for name, value in trainer.ema.model.state_dict().items()}
    for index, slots in trainer.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{slot}": value for slot, value in slots.items()}
    tensors = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    described = {"done": str(trainer.done), "run": json.dumps(_run(trainer), sort_keys=True)}
    write_atomic(folder / STATES / f"{trainer.done:08d}.safetensors", save(tensors, metadata=described))
    for old in states(folder)[:-KEPT]:
        old.unlink()


def load_state(folder: Path, trainer: Trainer, step: int | None = None) -> None:
    """Continue from the newest state, or from that of ``step``, after which no other is then kept.

    Raises CheckpointError when there is none, or when it belongs to another run.
    """
    from safetensors import safe_open

    kept = {int(path.stem): path for path in states(folder)}
    if not kept:
        raise CheckpointError(f"{folder} holds no saved state: there is nothing to resume.")
    if step is not None and step not in kept:
        raise CheckpointError(f"{folder} holds no state of step {step}; it has {', '.join(map(str, kept))}.")
    path = kept[max(kept) if step is None else step]
    with safe_open(path, framework="pt") as stored:
        described = stored.metadata()
        tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    if json.loads(described["run"]) != json.loads(json.dumps(_run(trainer))):
        raise CheckpointError(f"{path} belongs to a run with other options or data; use another folder.")

    def under(prefix: str) -> dict[str, Tensor]:
        return {
            name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)
        }

    trainer.model.load_state_dict(under("model."))
    trainer.ema.model.load_state_dict(under("ema."))
    slots: dict[int, dict[str, Tensor]] = {}
    for name, value in under("optimizer.").items():
        index, slot = name.split(".")
        slots.setdefault(int(index), {})[slot] = value
    trainer.optimizer.load_state_dict({**trainer.optimizer.state_dict(), "state": slots})
    trainer.done = int(described["done"])
    for other, later in kept.items():
        if other > trainer.done and trainer.process.is_first:
            later.unlink()


def _run(trainer: Trainer) -> dict[str, Any]:
    """What must be equal for a resumed training to be the same training."""
    return {
        "model": trainer.model.config.as_dict(),
        "options": trainer.options.as_dict(),
        "data": trainer.data_sha256(),
    }
