"""A checkpoint folder as files and hashes, readable without torch.

config.json describes model.safetensors; a folder ``super_resolution`` inside it is the second stage.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

CONFIG, WEIGHTS, SUPER_RESOLUTION = "config.json", "model.safetensors", "super_resolution"
LOSSES, SAMPLES = "loss.csv", "samples.png"
STATES, KEPT = "states", 3


class CheckpointError(Exception):
    """A checkpoint is missing, damaged or of another run; the message names the file and what to do."""


def read_config(folder: Path) -> dict[str, Any]:
    """The config of a checkpoint folder; CheckpointError when there is none of a known format."""
    path = folder / CONFIG
    try:
        config = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read ({error}); is this a model folder?") from error
    if config.get("format") != "counterpart-model/1":
        raise CheckpointError(
            f"{path} has format {config.get('format')!r}; this version reads counterpart-model/1."
        )
    return dict(config)


def stages(folder: Path) -> list[Path]:
    """The base folder, followed by the super-resolution folder if the model has one."""
    inner = folder / SUPER_RESOLUTION
    return [folder, inner] if (inner / CONFIG).exists() else [folder]


def states(folder: Path) -> list[Path]:
    """What a run can be resumed from, oldest first: one file for each saved step, named by it."""
    return sorted((folder / STATES).glob("[0-9]*.safetensors"))


def checkpoint_sha256(folder: Path) -> str:
    """The identity of a model: a hash over the weights and descriptions of all its stages."""
    parts = [
        {"model": config["model"], "weights_sha256": config["weights_sha256"]}
        for config in map(read_config, stages(folder))
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomic(path: Path, data: bytes) -> None:
    """Write so that ``path`` holds either nothing new or all of ``data``, also after a power cut.

    Threads and processes may write one path at once: it then holds the data of one of them.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
