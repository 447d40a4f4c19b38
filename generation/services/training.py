"""Make trained models known. Training itself is ``manage.py train``; nothing here loads torch."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from generation.diffusion.folder import CheckpointError, checkpoint_sha256, read_config, stages
from generation.models import Cohort, TrainedModel
from generation.services.quality import shipped_quality


def register_model(*, name: str, folder: Path | str, cohort: Cohort | None = None) -> TrainedModel:
    """The trained model of a checkpoint folder; a second call with the same folder hands back the same one.

    ``folder`` is absolute or relative to the models folder. Raises ValidationError when it holds no
    checkpoint, or when ``name`` already names other weights: videos refer to them.
    """
    path = Path(settings.MODELS_ROOT) / folder
    try:
        configs = [read_config(stage) for stage in stages(path)]
        identity = checkpoint_sha256(path)
    except CheckpointError as error:
        raise ValidationError(str(error)) from error
    with transaction.atomic():
        existing = TrainedModel.objects.filter(name=name).first()
        if existing and existing.weights_sha256 != identity:
            raise ValidationError(
                f"The name {name} belongs to a model with other weights; choose another name."
            )
        model = existing or TrainedModel(name=name, weights_sha256=identity)
        model.folder, model.cohort = str(folder), cohort or model.cohort
        inner = {"super_resolution": configs[1]} if len(configs) > 1 else {}
        model.config = configs[0] | inner | shipped_quality(path, identity)
        model.conditions = configs[0]["model"]["schema"]
        model.image_size = configs[-1]["model"]["unet"]["image_size"]
        model.full_clean()
        model.save()
    return model
