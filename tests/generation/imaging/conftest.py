from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from PIL import Image

from tests.generation.imaging.samples import dataset_of

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "jordan_pelvis"


@pytest.fixture
def jordan() -> list[Path]:
    """Ten real infant pelvis radiographs; source and licence lie beside them."""
    return sorted(SAMPLES.glob("*.dcm"))


@pytest.fixture
def make_dicom() -> Callable[..., Path]:
    """Return ``make_dicom(path, pixels, **elements)``, which writes a DICOM file and returns its path."""

    def write(path: Path, pixels: np.ndarray, **elements: Any) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        dataset_of(pixels, **elements).save_as(path, enforce_file_format=True)
        return path

    return write


@pytest.fixture
def textured() -> Callable[..., np.ndarray]:
    """Return ``textured(seed, shape=(24, 16), high=256)``: pixels that differ from seed to seed."""

    def pixels(seed: int, shape: tuple[int, ...] = (24, 16), high: int = 256) -> np.ndarray:
        kind = np.uint8 if high <= 256 else np.uint16
        return np.random.default_rng(seed).integers(0, high, shape).astype(kind)

    return pixels


@pytest.fixture
def folder(tmp_path: Path, textured: Callable[..., np.ndarray]) -> Path:
    """Four PNG files of two patients in two groups; ``samples.REGISTRY`` describes them."""
    folder = tmp_path / "images"
    folder.mkdir()
    for seed in range(4):
        Image.fromarray(textured(seed, (32, 32))).save(folder / f"{seed}.png")
    return folder


@pytest.fixture(autouse=True)
def own_key(settings: Any, tmp_path: Path) -> None:
    """Pseudonyms of a test come from a key of its own."""
    settings.DATA_ROOT = tmp_path / "data_root"


@dataclass(frozen=True)
class Outcome:
    """What ``manage.py import_cohort`` gave."""

    status: int
    output: str
    errors: str
    report: dict[str, Any]

    def of(self, file: str) -> dict[str, Any]:
        """The record of one file."""
        return next(record for record in self.report["files"] if record["file"] == file)


@pytest.fixture
def import_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Return ``import_folder(folder, name="test", registry=text or None)``, which runs the command."""

    def run(folder: Path, *, name: str = "test", registry: str | None = None) -> Outcome:
        report = tmp_path / "report.json"
        report.unlink(missing_ok=True)
        arguments = [str(folder), "--name", name, "--report", str(report), "--workers", "1"]
        if registry is not None:
            (tmp_path / "registry.csv").write_text(registry, encoding="utf-8")
            arguments += ["--registry", str(tmp_path / "registry.csv")]
        status = 0
        try:
            call_command("import_cohort", *arguments)
        except SystemExit as exit_:
            status = int(exit_.code or 0)
        written = json.loads(report.read_text(encoding="utf-8"))
        assert written["exit_status"] == status
        return Outcome(status, *capfd.readouterr(), written)

    return run
