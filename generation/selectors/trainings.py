"""Trainings as their folders tell of them, running or done. Loads no torch."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from generation.diffusion.folder import LOSSES, SAMPLES, SUPER_RESOLUTION, CheckpointError, read_config
from generation.models import TrainedModel

WIDTH, HEIGHT = 720, 240
POINTS = 240  # of a curve: more would not be seen


@dataclass(frozen=True)
class Stage:
    """One stage's training: how far it came and how its loss fell."""

    folder: Path
    is_super_resolution: bool
    steps: int
    first_loss: float
    last_loss: float
    curve: str
    written_at: datetime
    config: dict[str, Any] | None

    @property
    def has_samples(self) -> bool:
        return (self.folder / SAMPLES).exists()


@dataclass(frozen=True)
class Training:
    """The stages of a model: a base, and the super-resolution that belongs to it, if there is one."""

    name: str
    stages: list[Stage]


def trainings() -> list[Training]:
    """All trainings in the models folder, and of models that are registered from elsewhere; by name."""
    root = Path(settings.MODELS_ROOT)
    folders = {path.parent.name: path.parent for path in root.glob(f"*/{LOSSES}")}
    folders |= {model.name: model.path for model in TrainedModel.objects.all()}
    found = (training_in(name, folder) for name, folder in sorted(folders.items()))
    return [training for training in found if training.stages]


def training_in(name: str, folder: Path) -> Training:
    """The training that a folder holds; without stages where nothing was trained (an imported model)."""
    stages = (_stage(place) for place in (folder, folder / SUPER_RESOLUTION))
    return Training(name, [stage for stage in stages if stage])


def _stage(folder: Path) -> Stage | None:
    losses = _losses(folder / LOSSES)
    if not losses:
        return None
    try:
        config: dict[str, Any] | None = read_config(folder)
    except CheckpointError:
        config = None  # not yet written: the training still runs
    means = _means(losses)
    return Stage(
        folder=folder,
        is_super_resolution=folder.name == SUPER_RESOLUTION,
        steps=len(losses),
        first_loss=losses[0],
        last_loss=means[-1],
        curve=_polyline(means),
        written_at=datetime.fromtimestamp((folder / LOSSES).stat().st_mtime, UTC),
        config=config,
    )


def _losses(path: Path) -> list[float]:
    """The losses of all finished lines; the last line may be half written while the training runs."""
    if not path.exists():
        return []
    losses = []
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["seconds"]:
                losses.append(float(row["loss"]))
    return losses


def _means(losses: list[float]) -> list[float]:
    """Means of up to POINTS equal stretches."""
    size = math.ceil(len(losses) / POINTS)
    stretches = (losses[start : start + size] for start in range(0, len(losses), size))
    return [math.fsum(stretch) / len(stretch) for stretch in stretches]


def _polyline(means: list[float]) -> str:
    """Points of the curve in a WIDTH × HEIGHT picture, on a logarithmic scale from least to greatest."""
    logs = [math.log(max(mean, 1e-12)) for mean in means]
    low, high = min(logs), max(logs)
    x = WIDTH / max(1, len(logs) - 1)
    y = HEIGHT / ((high - low) or 1.0)
    return " ".join(f"{place * x:.1f},{(high - value) * y:.1f}" for place, value in enumerate(logs))
