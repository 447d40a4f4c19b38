"""A checkpoint of Mediffusion as a model that this installation can render from."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from generation.diffusion.folder import SUPER_RESOLUTION, CheckpointError, file_sha256
from generation.diffusion.schema import Category, Number, Schema
from generation.services.training import register_model


class Command(BaseCommand):
    help = (
        "Import a checkpoint of Mediffusion (0.7.1 or its repository's head), base or super-resolution. "
        "The file is read as plain weights; no code in it is ever run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("checkpoint", type=Path, help="Lightning checkpoint or state dict (.ckpt, .pt)")
        parser.add_argument("--config", type=Path, required=True, help="its configuration file (YAML)")
        parser.add_argument("--name", required=True, help="name of the model, and of its folder")
        parser.add_argument(
            "--conditions",
            type=Path,
            help="YAML: what the entries of its class vector mean, in order (docs/reference/mediffusion.md)",
        )
        parser.add_argument(
            "--half", action="store_true", help="store 16-bit weights: half the size, rounded"
        )

    def handle(self, **options: Any) -> None:
        from generation.diffusion.checkpoint import save_model
        from generation.diffusion.mediffusion import import_model, read_weights

        source: Path = options["checkpoint"]
        try:
            schema = conditions(_yaml(options["conditions"])) if options["conditions"] else None
            model = import_model(read_weights(source), _yaml(options["config"]), schema)
        except (CheckpointError, KeyError, TypeError, ValueError) as error:
            raise CommandError(f"{source}: {error}") from error
        base = Path(settings.MODELS_ROOT) / options["name"]
        folder = base / SUPER_RESOLUTION if model.config.upscale > 1 else base
        about = {"imported_from": "mediffusion", "file_sha256": file_sha256(source)}
        save_model(folder, model, training=about, half=options["half"])
        if folder != base and not (base / "config.json").exists():
            self.stdout.write(f"{folder}: written. Import the base stage under the same name next.")
            return
        try:
            register_model(name=options["name"], folder=options["name"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"{folder}: written, and registered as {options['name']}.")


def conditions(entries: list[dict[str, Any]]) -> Schema:
    """The schema of a list of ``{name, values: […]}`` (one entry of the vector for each value) and
    ``{name, low, high, divide_by}`` (one entry: the number divided).
    """
    return Schema(tuple(_condition(**entry) for entry in entries))


def _condition(
    name: str, values: Sequence[Any] = (), low: float = 0.0, high: float = 1.0, divide_by: float = 1.0
) -> Category | Number:
    if values:
        return Category(name, tuple(map(str, values)))
    return Number(name, 0.0, float(divide_by), float(low), float(high))


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
