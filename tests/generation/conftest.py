"""Tiny models with random weights: they draw nothing sensible, but every part of them has its say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.generation.tiny import make_tiny_model

# Tiny nets gain nothing from several threads, and lose much where tests run side by side.
os.environ["OMP_NUM_THREADS"] = "1"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """The folder of a 16 px base model, conditioned on group and age, with a stage that makes 32 px of it."""
    folder: Path = tmp_path_factory.mktemp("tiny")
    make_tiny_model(folder)
    return folder
