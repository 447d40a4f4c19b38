"""The whole report of a tiny model, as the command makes it from folders of films."""

from __future__ import annotations

import csv
import json
import warnings

import numpy as np
import pytest
import torch
from django.core.management import CommandError, call_command
from PIL import Image
from scipy.ndimage import gaussian_filter

from generation.diffusion.folder import file_sha256
from generation.models import TrainedModel
from generation.quality.extractors import ExtractorError, efficientnet_lite0, torchscript
from generation.quality.films import FilmsUnusable, simulated_films
from generation.quality.frechet import frechet
from generation.services.training import register_model
from generation.simulation.attributes import NAMES

pytestmark = pytest.mark.django_db


def write_films(folder, n: int, seed: int):
    """A folder as simulate_cohort leaves it: here the films are bright bars whose width is an attribute."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    (folder / "truth" / "counterparts").mkdir(parents=True)
    registry, truth = [], []
    for number in range(n):
        group = "AB"[number % 2]
        values = {name: rng.normal(4 + 3 * (group == "B"), 1) for name in NAMES}

        def film(width: float) -> Image.Image:
            inside = np.abs(np.arange(16) - 7.5) < width / 2 + 2
            return Image.fromarray(
                (40 + 150 * np.tile(inside, (16, 1)) + rng.integers(0, 20, (16, 16))).astype(np.uint8)
            )

        patient = f"P{number:04}"
        film(values["cortical_thickness"]).save(folder / "images" / f"{patient}.png")
        other = values["cortical_thickness"] + (3 if group == "A" else -3)
        film(other).save(folder / "truth" / "counterparts" / f"{patient}.png")
        body = {"age": f"{rng.normal(60, 10):.1f}", "bmi": f"{rng.normal(27, 4):.1f}"}
        registry.append({"file": f"{patient}.png", "patient": patient, "group": group, "sex": "F", **body})
        truth.append({"patient": patient} | {f"planted_{name}": values[name] for name in NAMES})
    for path, rows in ((folder / "registry.csv", registry), (folder / "truth" / "truth.csv", truth)):
        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture
def tiny(tmp_path):
    """A 16 px model of groups A and B and age, with random weights."""
    from generation.diffusion.checkpoint import save_model
    from generation.diffusion.model import DiffusionModel, ModelConfig
    from generation.diffusion.presets import PRESETS
    from generation.diffusion.schema import Category, Number, Schema
    from generation.diffusion.unet import UNetConfig

    torch.manual_seed(0)
    schema = Schema((Category("group", ("A", "B")), Number("age", 60.0, 10.0, 30.0, 80.0)))
    model = DiffusionModel(ModelConfig(unet=UNetConfig(**PRESETS["tiny"].unet), schema=schema))
    for name, parameter in model.named_parameters():
        if name.startswith("conditioner") or not parameter.any():
            torch.nn.init.normal_(parameter, std=1.0 if name.startswith("conditioner") else 0.03)
    save_model(tmp_path / "tiny", model, training={})
    return tmp_path / "tiny"


@pytest.fixture
def network(tmp_path):
    """An extractor as a TorchScript file."""
    torch.manual_seed(1)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 12, 5, stride=3),
        torch.nn.ReLU(),
        torch.nn.AdaptiveAvgPool2d(2),
        torch.nn.Flatten(),
    )
    path = tmp_path / "network.pt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.trace(net, torch.zeros(1, 3, 32, 32)).save(path)
    return path


def test_the_command_writes_and_records_a_whole_report(tiny, network, tmp_path, capsys):
    training, held_out = write_films(tmp_path / "training", 160, 0), write_films(tmp_path / "held", 110, 1)
    arguments = {
        "folder": tiny,
        "training": str(training),
        "held_out": str(held_out),
        "extractor": network,
        "extractor_sha256": file_sha256(network),
        "extractor_size": 32,
        "out": tmp_path / "out",
        "images": 40,
        "pairs": 6,
        "steps": 2,
        "threads": 1,
    }
    call_command("quality_report", "tiny", **arguments)
    printed = capsys.readouterr().out
    written = json.loads((tmp_path / "out" / "quality.json").read_text())
    model = TrainedModel.objects.get(name="tiny")
    assert model.config["quality_sha256"] == file_sha256(tiny / "quality.json")
    assert written["checkpoint_sha256"] == model.weights_sha256
    assert register_model(name="tiny", folder=tiny).config["quality_sha256"]  # still known when asked again
    effects = written["effects"]
    # The bar's width differs by 3 between true counterparts; nothing else does.
    assert effects["told"] == ["cortical_thickness"]
    assert 1.5 < effects["true"]["cortical_thickness"]["value"] < 3.3  # the probe shrinks what it reads
    assert effects["explained"]["cortical_thickness"] > 0.6
    assert effects["explained"]["foramen_roundness"] < 0.2
    assert abs(effects["true"]["age"]["value"]) < 0.1
    assert [entry["scale"] for entry in effects["curves"]["all"]] == [1, 1.5, 2, 3, 4]
    assert written["memorisation"]["suspects"] == 0
    training_films, drawn, _ = written["distances"]["rows"]
    # Random weights draw no bars: far from the films, which training films are not.
    assert drawn["frechet_infinity"]["low"] > training_films["frechet_infinity"]["high"]
    assert drawn["precision"] < 0.1
    assert training_films["precision"] > 0.8
    assert 0 <= written["axioms"]["composition"] < written["axioms"]["changed"] + 5
    assert "| cortical_thickness |" in printed
    assert (tmp_path / "out" / "curve.svg").read_text().startswith("<svg")


def test_a_model_without_films_is_told_what_it_needs(tiny, tmp_path):
    with pytest.raises(CommandError, match="neither a folder of simulate_cohort nor a cohort"):
        call_command(
            "quality_report", "tiny", folder=tiny, held_out="nowhere", training="nowhere", out=tmp_path
        )
    with pytest.raises(CommandError, match="no model 'other'"):
        call_command("quality_report", "other", held_out="nowhere", out=tmp_path)


def test_an_exchanged_extractor_is_refused(network):
    with pytest.raises(ExtractorError, match="another file"):
        torchscript(network, "0" * 64)


def test_the_shipped_extractor_sees_what_is_wrong_with_a_picture():
    extractor = efficientnet_lite0()
    rng = np.random.default_rng(0)
    films = np.array([gaussian_filter(rng.uniform(0, 255, (64, 64)), 3) for _ in range(4)])
    films = 128 + 60 * (films - films.mean()) / films.std()

    def features(noise: float) -> np.ndarray:
        return extractor.features(np.clip(films + rng.normal(0, noise, films.shape), 0, 255).astype(np.uint8))

    clean = features(0)
    assert clean.shape == (4, 1280)
    distances = [frechet(clean, features(noise)) for noise in (0, 5, 25)]
    assert distances[0] == pytest.approx(0, abs=1e-6)
    assert distances == sorted(distances)


def test_a_folder_that_is_no_registry_is_refused(tmp_path):
    with pytest.raises(FilmsUnusable, match=r"registry\.csv"):
        simulated_films(tmp_path, size=16)
