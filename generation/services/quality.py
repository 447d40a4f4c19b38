"""Keep a model's quality report beside its weights, and its hash with the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from generation.diffusion.folder import file_sha256
from generation.models import TrainedModel
from generation.quality.document import QUALITY, QualityError, read_quality, write_quality


def record_quality(*, trained_model: TrainedModel, report: dict[str, Any]) -> TrainedModel:
    """Write ``report`` into the model's folder and record the file's hash; an earlier report is replaced.

    Raises ValidationError for a report of other weights, and leaves the earlier one.
    """
    if report.get("checkpoint_sha256") != trained_model.weights_sha256:
        raise ValidationError(f"The report was measured on other weights than {trained_model} has.")
    write_quality(trained_model.path / QUALITY, report)
    return take_up_quality(trained_model=trained_model)


def take_up_quality(*, trained_model: TrainedModel) -> TrainedModel:
    """Record the hash of the report that lies in the model's folder.

    Raises ValidationError when there is none, or one of other weights.
    """
    path = trained_model.path / QUALITY
    try:
        read_quality(path, checkpoint_sha256=trained_model.weights_sha256)
    except QualityError as error:
        raise ValidationError(str(error)) from error
    with transaction.atomic():
        model = TrainedModel.objects.select_for_update().get(pk=trained_model.pk)
        model.config = model.config | {"quality_sha256": file_sha256(path)}
        model.full_clean()
        model.save()
    return model


def shipped_quality(folder: Path, checkpoint_sha256: str) -> dict[str, str]:
    """What to record of the report that a checkpoint folder brings; nothing without one of its weights."""
    path = folder / QUALITY
    try:
        read_quality(path, checkpoint_sha256=checkpoint_sha256)
    except QualityError:
        return {}
    return {"quality_sha256": file_sha256(path)}
