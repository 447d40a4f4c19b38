from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

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
