"""``manage.py import_mediffusion`` from a checkpoint file to a model that renders."""

from __future__ import annotations

import pytest
import torch
import yaml
from django.core.management import CommandError, call_command

from generation.diffusion.checkpoint import load_model
from generation.models import TrainedModel, Video
from tests.generation.diffusion.test_mediffusion import SETTINGS, Package


@pytest.fixture
def files(tmp_path):
    """Checkpoint, configuration and conditions of a tiny base model."""
    torch.manual_seed(0)
    torch.save(
        {"state_dict": {f"model.{name}": value for name, value in Package().state_dict().items()}},
        tmp_path / "weights.ckpt",
    )
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(SETTINGS))
    conditions = [{"name": "group", "values": ["A", "B"]}]
    conditions.append({"name": "age", "low": 20, "high": 90, "divide_by": 10})
    (tmp_path / "conditions.yaml").write_text(yaml.safe_dump(conditions))
    return tmp_path


def call(files, *arguments):
    call_command(
        "import_mediffusion", str(files / "weights.ckpt"), "--config", str(files / "config.yaml"),
        "--name", "theirs", *arguments,
    )  # fmt: skip


@pytest.mark.django_db
def test_an_imported_model_renders(files, settings):
    call(files, "--conditions", str(files / "conditions.yaml"))
    known = TrainedModel.objects.get()
    model = load_model(known.path)
    assert known.config["training"]["imported_from"] == "mediffusion"
    assert model.config.schema.encode({"group": "B", "age": 65}) == [1.0, 6.5]
    call_command(
        "render", "--model", "theirs", "--from", "A", "--to", "B", "--set", "age=65", "--frames", "2",
        "--steps", "2", "--threads", "1",
    )  # fmt: skip
    assert Video.objects.get().is_complete


@pytest.mark.django_db
def test_what_is_wrong_is_said(files):
    (files / "conditions.yaml").write_text(yaml.safe_dump([{"name": "age", "low": 20, "high": 90}]))
    with pytest.raises(CommandError, match="fill 1 entries; the model has 3"):
        call(files, "--conditions", str(files / "conditions.yaml"))
    (files / "conditions.yaml").write_text(yaml.safe_dump([{"named": "age"}]))
    with pytest.raises(CommandError, match="named"):
        call(files, "--conditions", str(files / "conditions.yaml"))
    with pytest.raises(CommandError, match="cannot be read"):
        call(files, "--conditions", str(files / "nothing.yaml"))
    assert not TrainedModel.objects.exists()
